"""Restoring a backup: into a new database beside the old one, which takes its place when everything was verified."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from dialogue import database
from dialogue.backup import ballot_keys, postgres_target, sqlite_target
from dialogue.backup.archive import Archive, Manifest
from dialogue.backup.files import whole
from dialogue.backup.loading import Target
from dialogue.backup.refusal import Damaged, Refused
from dialogue.backup.taking import OPEN_BALLOTS
from dialogue.backup.verifying import verify
from dialogue.core import db, instance_lock
from dialogue.settings import Settings

_DOCUMENT = re.compile(r"[A-Za-z0-9_-]{1,40}")
IN_USE = ("This installation is in use: a server, a backup or another restore works with its database. "
          "Stop it first (all workers, on every machine). Nothing was changed.")


@dataclass(frozen=True)
class Restored:
    """What a restore brought back, and the open secret ballots whose keys are missing."""

    manifest: Manifest
    keys: int
    keyless: int


def restore(source: Path, settings: Settings, keys_source: Path | None = None) -> Restored:
    """Put what the backup holds in the place of what is there. Raises Refused; then the old data is whole."""
    held = ballot_keys.read(keys_source) if keys_source else {}
    with _in_use_is_refused(), opened(source) as archive, _target(settings) as target:
        _load(archive, target)
        _documents(archive, settings.instance / "exports")
        open_ballots = target.first_column(OPEN_BALLOTS)
        ballot_keys.put_back(held, open_ballots)
        target.take_over()
    there = ballot_keys.of(open_ballots)
    return Restored(archive.manifest, len(there), len(open_ballots) - len(there))


def check(source: Path) -> Manifest:
    """Read all of a backup and compare it with its manifest. Raises Refused."""
    with opened(source) as archive:
        archive.check()
        return archive.manifest


@contextmanager
def opened(source: Path) -> Iterator[Archive]:
    """A backup that fits this version of Dialogue. Raises Refused."""
    with Archive(source) as archive:
        revision, ours = archive.manifest.revision, database.head()
        if revision != ours:
            raise Refused(f"{source} was written at database revision {revision}, this Dialogue has {ours}. Restore it "
                          "with the version of Dialogue that wrote it; then upgrade. Nothing was changed.")
        tables = {table.name: [c.name for c in table.columns] for table in database.every_table().sorted_tables}
        if {name: part.columns for name, part in archive.manifest.tables.items()} != tables:
            raise Damaged(f"{source} does not hold the tables of its revision. Nothing was changed.")
        if not all(_DOCUMENT.fullmatch(name) for name in archive.manifest.exports):
            raise Damaged(f"{source} holds documents under names that are none. Nothing was changed.")
        yield archive


@contextmanager
def _in_use_is_refused() -> Iterator[None]:
    try:
        yield
    except instance_lock.InUse:
        raise Refused(IN_USE) from None


@contextmanager
def _target(settings: Settings) -> Iterator[Target]:
    url = settings.database_url
    place = Path(db.engine().url.database or "")
    filling = sqlite_target.fresh(place, url) if db.is_sqlite() else postgres_target.emptied()
    with instance_lock.held(url, alone=True), filling as target:
        yield target


def _load(archive: Archive, target: Target) -> None:
    wrong: tuple[type[Exception], ...] = (ValueError, KeyError, *target.refusals)
    try:
        for table in database.every_table().sorted_tables:
            target.load(table, archive)
        target.finish()
    except wrong as error:
        raise Damaged(f"{archive.path} holds what its tables refuse. Nothing was changed.") from error
    except DBAPIError as error:
        raise Refused("The database does not take the backup. Nothing was changed.") from error
    verify(archive, target)


def _documents(archive: Archive, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in archive.manifest.exports:
        with whole(folder / name) as file:
            for piece in archive.export(name):
                file.write(piece)
