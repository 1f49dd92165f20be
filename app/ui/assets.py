"""Static files: an address holds the content's hash, so a browser may keep it for ever; compressed copies are sent as they lie."""

import hashlib
import json
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, request, send_from_directory, url_for

from app.ui.access import public

FOREVER = "public, max-age=31536000, immutable"
mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("application/wasm", ".wasm")
mimetypes.add_type("application/manifest+json", ".webmanifest")


@public
def static(name: str) -> Response:
    """A file of app/static; kept for ever when asked for by its hash."""
    folder = Path(current_app.root_path) / "static"
    compressed = request.accept_encodings.quality("gzip") > 0 and (folder / f"{name}.gz").is_file()
    response = send_from_directory(folder, f"{name}.gz" if compressed else name, mimetype=mimetypes.guess_type(name)[0])
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    by_hash = request.args.get("v") == content_hash(folder, name)
    response.headers["Cache-Control"] = FOREVER if by_hash else "no-cache"
    return response


def asset(name: str) -> str:
    """The address of a file of app/static, such as `vendor/bootstrap/bootstrap.min.css`. FileNotFoundError if there is none."""
    return url_for("static", name=name, v=content_hash(Path(current_app.root_path) / "static", name))


def content_hash(folder: Path, name: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of a file's content."""
    path = folder / name
    return _hash(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1000)
def _hash(path: Path, changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def altered_vendor_files(app: Flask) -> list[str]:
    """Browser packages whose content is not what `make setup` recorded (empty when all is well)."""
    vendor = Path(app.root_path) / "static/vendor"
    manifest: dict[str, str] = json.loads((vendor / "manifest.json").read_text())
    return [
        name
        for name, wanted in manifest.items()
        if not (vendor / name).is_file() or hashlib.sha256((vendor / name).read_bytes()).hexdigest() != wanted
    ]


def init_assets(app: Flask) -> None:
    app.add_url_rule("/static/<path:name>", "static", static)
    app.jinja_env.globals["asset"] = asset
