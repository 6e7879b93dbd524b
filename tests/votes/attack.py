"""What an attacker reads from a copy of the database's files who knows in which order the voters voted.

The attacker has every byte of the files (SQLite's database and write-ahead log, PostgreSQL's tables, indexes and
`pg_wal`) and every key file that is left, and knows the source code.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from dialogue.core import db
from dialogue.votes import entries, sealing
from dialogue.votes.rules import Choice

SETS = "state|civil_society|intl_civil_service|public"
PLAIN = re.compile(rf"([0-9a-f]{{64}}).{{0,4}}?(?:{SETS}).{{0,4}}?(yes|no|abstain)".encode(), re.DOTALL)


@dataclass(frozen=True)
class Evidence:
    """All files in the order they were written, joined, and the keys that were found."""

    log: bytes
    keys: Sequence[bytes]


def begun() -> None:
    """Have SQLite's log begin anew, as it does every thousand pages: what follows then lies in order."""
    if db.is_sqlite():
        db.session().commit()
        with db.engine().connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")


def table() -> bytes:
    """Copy the boxes' table alone, which is quick enough for doing it after each vote; SQLite's log holds it all."""
    if db.is_sqlite():
        return b""
    with _superuser() as connection:
        connection.execute("CHECKPOINT")
        (file,) = connection.execute("SELECT pg_relation_filepath('secret_box')").fetchone() or ("",)
        return (_data(connection) / file).read_bytes()


def gathered(folder: Path, keys: Path) -> Evidence:
    """Copy what is on the disk now: the write-ahead log first, since it tells the order."""
    log = _sqlite(folder) if db.is_sqlite() else _postgres()
    found = [file.read_bytes() for file in sorted(keys.rglob("*")) if file.is_file()] if keys.exists() else []
    return Evidence(log, found)


def _sqlite(folder: Path) -> bytes:
    return b"".join((folder / f"dialogue.sqlite{end}").read_bytes() for end in ("-wal", ""))


def _postgres() -> bytes:
    with _superuser() as connection:
        connection.execute("CHECKPOINT")
        data = _data(connection)
        (oid,) = connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone() or (0,)
    log = b"".join(_without_headers(file.read_bytes()) for file in sorted((data / "pg_wal").glob("0*")))
    return log + b"".join(file.read_bytes() for file in sorted((data / "base" / str(oid)).iterdir()))


def _superuser() -> psycopg.Connection[Any]:
    url = db.engine().url.render_as_string(hide_password=False).replace("+psycopg", "")
    return psycopg.connect(url, autocommit=True)


def _data(connection: psycopg.Connection[Any]) -> Path:
    (folder,) = connection.execute("SHOW data_directory").fetchone() or ("",)
    return Path(folder)


def _without_headers(segment: bytes) -> bytes:
    """Join what a record holds on two pages of the log: each page begins with a header, the first with a longer one."""
    return b"".join(segment[at + (24 if at else 40):at + 8192] for at in range(0, len(segment), 8192))


def in_plain_rows(evidence: Evidence, earlier: Evidence) -> list[str]:
    """The choices of plain rows, in the order in which their slots first appear; without those of earlier ballots."""
    seen: dict[bytes, str] = {}
    for row in PLAIN.finditer(evidence.log):
        seen.setdefault(row[1], row[2].decode())
    old = {row[1] for row in PLAIN.finditer(earlier.log)}
    return [choice for slot, choice in seen.items() if slot not in old]


def voted(content: bytes | bytearray) -> Iterator[tuple[bytes, Choice]]:
    """The tags of electors who voted, with their choice."""
    for tag, choice, _set, _presses in entries.Shard(bytearray(content)).rows():
        if found := entries._CHOICES[choice]:
            yield tag, found


def in_sealed_boxes(evidence: Evidence, ballot_id: str) -> list[str]:
    """The choices that appear in one box after the other, wherever one of the keys opens them."""
    seen: dict[bytes, str] = {}
    for start in (found.start() for found in re.finditer(re.escape(sealing.MARK), evidence.log)):
        for key in evidence.keys:
            content = sealing.opened(key, ballot_id, None, evidence.log[start:start + 8192])
            for tag, choice in voted(content) if content else ():
                seen.setdefault(tag, choice.value)
    return list(seen.values())


def in_stored_order(table: str) -> list[str]:
    """The choices of a table's rows as they lie."""
    order = "" if db.is_sqlite() else "ORDER BY ctid"
    with db.engine().connect() as connection:
        return [str(choice) for choice in connection.scalars(text(f"SELECT choice FROM {table} {order}"))]


def accuracy(guessed: Sequence[str], cast: Iterable[Choice]) -> float:
    """The share of voters whose choice is guessed; without a guess it is the most common choice."""
    truth = [choice.value for choice in cast]
    common = max(set(truth), key=truth.count)
    padded = [*guessed, *[common] * len(truth)]
    return sum(guess == choice for guess, choice in zip(padded, truth, strict=False)) / len(truth)
