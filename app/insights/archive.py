"""A ZIP file made while it is sent: nothing of it is kept but the piece under way."""

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


class _Pipe(io.RawIOBase):
    """Takes what the archive writes until it is fetched. It cannot seek, so sizes follow their file (data descriptors)."""

    def __init__(self) -> None:
        self.pending = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def, override]
        self.pending += data
        return len(data)

    def fetch(self) -> Iterator[bytes]:
        if self.pending:
            taken, self.pending = bytes(self.pending), bytearray()
            yield taken


def zipped(files: Iterable[tuple[str, Iterable[bytes]]], at: datetime) -> Iterator[bytes]:
    """The files, by name and content in pieces, as one ZIP in pieces. `at`: the date they bear."""
    pipe = _Pipe()
    with ZipFile(pipe, "w") as archive:
        for name, pieces in files:
            entry = ZipInfo(name, at.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as member:
                for piece in pieces:
                    member.write(piece)
                    yield from pipe.fetch()
    yield from pipe.fetch()
