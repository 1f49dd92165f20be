"""Cleaning a large file in a process of its own, while what is cleaned already is being stored: `python -m app.contacts.cleaner`.

The program reads from standard input how the file is read, and writes batches to standard output; when nobody reads them any
more it ends. The file is one that the parent has open.
"""

import gc
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from io import UnsupportedOperation
from typing import BinaryIO, cast

from app.contacts.csvfile import CsvFile, open_csv
from app.contacts.rows import Cleaned, Reading, batches


def apart(stream: BinaryIO, encoding: str, how: Reading) -> Iterator[Cleaned]:
    """What rows.batches gives for the file, cleaned by the program. RuntimeError when it dies."""
    file = _with_descriptor(stream)
    number = file.fileno()
    command = [sys.executable, "-m", __name__]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, pass_fds=[number]) as child:  # noqa: S603  our own program
        assert child.stdin
        assert child.stdout
        try:
            pickle.dump((number, encoding, how), child.stdin)
            child.stdin.close()
            while (cleaned := _next(child.stdout)) is not None:
                yield cleaned
            if child.wait() != 0:
                raise RuntimeError(f"the process that cleans rows ended with {child.returncode}")
        finally:
            child.kill()


def _next(pipe: object) -> Cleaned | None:
    try:
        return cast(Cleaned, pickle.load(pipe))  # type: ignore[arg-type]  # noqa: S301  our own program's
    except EOFError:
        return None


def _with_descriptor(stream: BinaryIO) -> BinaryIO:
    """The stream, or a temporary file with what it holds."""
    try:
        stream.fileno()
        return stream
    except UnsupportedOperation:
        copy = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  open as long as the import
        stream.seek(0)
        shutil.copyfileobj(stream, copy)
        copy.flush()
        return copy


def collect_seldom() -> None:
    """For a process that ends after a file: what is loaded stays, so each search for garbage need not look through it."""
    gc.freeze()


def main() -> None:
    collect_seldom()
    number, encoding, how = pickle.load(sys.stdin.buffer)  # noqa: S301  our own parent's
    with open(number, "rb") as stream:
        file = open_csv(stream, encoding)
        assert isinstance(file, CsvFile), file
        for cleaned in batches(file, stream.tell, how):
            pickle.dump(cleaned, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
