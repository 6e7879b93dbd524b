"""Taking a backup: a moment of the database and the documents about to be fetched, while people work."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dialogue import database
from dialogue.backup import ballot_keys
from dialogue.backup.archive import PIECE, Manifest, Writer
from dialogue.backup.files import whole
from dialogue.backup.refusal import Refused
from dialogue.backup.snapshots import Snapshot, driver_errors, snapshot
from dialogue.core import db, instance_lock
from dialogue.settings import Settings

OPEN_BALLOTS = "SELECT id FROM ballot WHERE state = 'open' AND visibility = 'secret'"  # Those that have a key.
DOCUMENTS = "SELECT id FROM export WHERE state = 'done'"


@dataclass(frozen=True)
class Taken:
    """What a backup holds, and the open secret ballots it does not hold the keys of."""

    manifest: Manifest
    size: int
    keys: int
    keyless: int


def take(target: Path, settings: Settings, keys_target: Path | None = None) -> Taken:
    """Write a backup to `target`, and the keys of open secret ballots to a file of their own if one is named.

    Raises Refused while a restore is under way, and OSError where the disk refuses.
    """
    try:
        with instance_lock.held(settings.database_url, alone=False), snapshot() as moment:
            revision = _revision(moment)
            keys = ballot_keys.of(moment.first_column(OPEN_BALLOTS))  # Now: a key goes when its ballot closes.
            manifest = Manifest(revision, datetime.now(UTC).isoformat(timespec="seconds"),
                                "sqlite" if db.is_sqlite() else "postgresql")
            with whole(target) as file, Writer(file, manifest) as writer:
                _write(writer, moment, settings.instance / "exports")
    except instance_lock.InUse:
        raise Refused("A restore is under way. Take the backup when it has ended.") from None
    if keys_target is not None:
        ballot_keys.write(keys_target, keys)
    held = 0 if keys_target is None else len(keys)
    return Taken(manifest, target.stat().st_size, held, len(keys) - held)


def _revision(moment: Snapshot) -> str:
    """The database's revision, which has to be this version's: its tables are what is read."""
    try:
        revision = ",".join(sorted(moment.first_column("SELECT version_num FROM alembic_version")))
    except driver_errors() as error:
        raise Refused("There is no installation here yet: the database has no tables.") from error
    if revision != database.head():
        raise Refused(f"The database has revision {revision}, this Dialogue {database.head()}. "
                      "Run “flask db upgrade” first, or use the version of Dialogue that serves this database.")
    return revision


def _write(writer: Writer, moment: Snapshot, documents: Path) -> None:
    for table in database.every_table().sorted_tables:
        writer.table(table.name, [column.name for column in table.columns], moment.lines(table))
    for name in moment.first_column(DOCUMENTS):
        try:
            descriptor = os.open(documents / name, os.O_RDONLY)
        except FileNotFoundError:
            continue  # It was a day old, and has been tidied away meanwhile.
        writer.export(name, _pieces(descriptor))


def _pieces(descriptor: int) -> Iterator[bytes]:
    with os.fdopen(descriptor, "rb") as file:
        while piece := file.read(PIECE):
            yield piece
