"""Static files: hashed addresses, compressed copies, the respondents' budget."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.ui.assets import altered_vendor_files, asset

CSS = "vendor/canvass/respondent.css"


@pytest.fixture
def address(app: Flask) -> str:
    with app.test_request_context():
        return asset(CSS)


def test_a_file_asked_for_by_its_hash_is_kept_for_ever(client: FlaskClient, address: str) -> None:
    assert client.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get(f"/static/{CSS}").headers["Cache-Control"] == "no-cache"
    assert client.get(f"/static/{CSS}?v=000000000000").headers["Cache-Control"] == "no-cache"


def test_a_compressed_copy_is_sent_to_who_takes_it(client: FlaskClient, address: str) -> None:
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.mimetype == plain.mimetype == "text/css"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_respondents_get_few_bytes_and_no_foreign_font(app: Flask) -> None:
    folder = Path(app.root_path) / "static" / CSS
    text = folder.read_text()
    assert folder.with_name(folder.name + ".gz").stat().st_size < 12_000
    assert "url(" not in text
    assert "GDS Transport" not in text


@pytest.mark.parametrize("name", ["../config.py", "nothing.css", "vendor", "canvass/../../db.py"])
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_the_browser_packages_are_what_was_installed(app: Flask) -> None:
    assert altered_vendor_files(app) == []
