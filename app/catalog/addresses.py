"""Web addresses that a study may send people to or be shown in. Pure."""

import re
from urllib.parse import urlsplit

LOCAL = ("localhost", "127.0.0.1", "[::1]")


def origin(address: str) -> str | None:
    """The origin (RFC 6454) of a web address: scheme, host and a port that is not the usual one; None when it has none.

    Plain http is taken for this machine alone."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").encode("idna").decode() if _encodable(parts.hostname) else ""
    host = f"[{host}]" if ":" in host else host
    if not re.fullmatch(r"[a-z0-9.-]+|\[[0-9a-f:]+\]", host) or parts.username is not None:
        return None
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL):
        return None
    usual = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")


def _encodable(host: str | None) -> bool:
    try:
        return bool(host and host.encode("idna"))
    except UnicodeError:
        return False
