"""The file of a backup: a zip with a text of rows for each table, the exported documents, and a manifest at its end.

The manifest says what the rest has to be: format, database revision, moment, and of each part its rows and SHA-256.
"""

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from dialogue.backup.refusal import Damaged, Refused

FORMAT = "dialogue-backup"
VERSION = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 50_000_000
PIECE = 1_000_000
LEVEL = 1  # Of compression: a higher one costs several times the processor for a tenth of the size.


@dataclass
class Part:
    """What a part of the file has to be."""

    rows: int
    sha256: str
    columns: list[str] = field(default_factory=list)


@dataclass
class Manifest:
    """What the file holds."""

    revision: str
    created: str
    database: str
    tables: dict[str, Part] = field(default_factory=dict)
    exports: dict[str, Part] = field(default_factory=dict)
    format: str = FORMAT
    version: int = VERSION

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(part.rows for part in self.tables.values())


class Writer:
    """Writes the parts into an open file, one after the other; the manifest comes when the block ends well."""

    def __init__(self, file: IO[bytes], manifest: Manifest) -> None:
        self.manifest = manifest
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._finish()
        else:
            self._zip.fp = None  # Else it would write its list of parts when it is collected.

    def table(self, name: str, columns: list[str], pieces: Iterable[bytes]) -> None:
        """Write a table's rows; each piece ends with the end of a line."""
        self.manifest.tables[name] = self._part(f"tables/{name}", pieces, columns)

    def export(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write an exported document."""
        self.manifest.exports[name] = self._part(f"exports/{name}", pieces, [])

    def _finish(self) -> None:
        """Write the manifest and the zip's own list of parts."""
        with self._zip.open(self._named(MANIFEST), "w") as part:
            part.write(json.dumps(asdict(self.manifest), indent=1).encode())
        self._zip.close()

    def _part(self, name: str, pieces: Iterable[bytes], columns: list[str]) -> Part:
        digest, rows = hashlib.sha256(), 0
        with self._zip.open(self._named(name), "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                digest.update(piece)
                rows += piece.count(b"\n")
        return Part(rows, digest.hexdigest(), columns)

    def _named(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, datetime.now(UTC).timetuple()[:6])
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        return info


class Archive:
    """A backup to be read. Whatever is not as it was written raises Damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._unharmed():
            self._zip = zipfile.ZipFile(path)
            self.manifest = self._manifest()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def table(self, name: str) -> Iterator[bytes]:
        """A table's rows in pieces, which end anywhere."""
        return self._pieces(f"tables/{name}", self.manifest.tables[name])

    def lines(self, name: str) -> Iterator[str]:
        """A table's rows, one line each without its end."""
        rest = b""
        for piece in self.table(name):
            *whole, rest = (rest + piece).split(b"\n")
            for line in whole:
                yield line.decode()

    def export(self, name: str) -> Iterator[bytes]:
        """An exported document in pieces."""
        return self._pieces(f"exports/{name}", self.manifest.exports[name])

    def check(self) -> None:
        """Read everything once."""
        for name in self.manifest.tables:
            for _piece in self.table(name):
                pass
        for name in self.manifest.exports:
            for _piece in self.export(name):
                pass

    def _pieces(self, name: str, expected: Part) -> Iterator[bytes]:
        digest, rows = hashlib.sha256(), 0
        with self._unharmed(), self._zip.open(name) as part:
            while piece := part.read(PIECE):
                digest.update(piece)
                rows += piece.count(b"\n")
                yield piece
            if (digest.hexdigest(), rows) != (expected.sha256, expected.rows):
                raise ValueError(name)

    def _manifest(self) -> Manifest:
        if self._zip.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise ValueError(MANIFEST)
        told = json.loads(self._zip.read(MANIFEST))
        if told["format"] != FORMAT:
            raise ValueError(FORMAT)
        if told["version"] != VERSION:
            raise Refused(f"{self.path} has version {told['version']} of the format of backups; this Dialogue reads "
                          f"version {VERSION}. Restore it with the version of Dialogue that wrote it.")
        return Manifest(**{**told, "tables": _parts(told["tables"]), "exports": _parts(told["exports"])})

    @contextmanager
    def _unharmed(self) -> Iterator[None]:
        # A zip with a flipped byte raises whatever that byte led to.
        wrong = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, TypeError, ValueError,
                 NotImplementedError, OverflowError, RuntimeError, UnicodeError)
        try:
            yield
        except wrong as error:
            raise Damaged(f"{self.path} is not a backup of Dialogue, or it is damaged or incomplete. "
                          "Nothing was changed; restore another backup.") from error


def _parts(told: dict[str, Any]) -> dict[str, Part]:
    return {name: Part(**part) for name, part in told.items()}
