"""What the application is made of is registered by its composition, and belongs to it alone."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from dialogue import composition, database, rooms
from dialogue.accounts.events import InvitationRedeemed
from dialogue.core import (
    db,
    followers,
    metrics,
    readiness,
    record,
    reformatting,
    tasks,
    thread,
    transaction,
)
from dialogue.core.application import PerApp
from dialogue.live import events, idle_sockets
from dialogue.live.cluster import nudges
from dialogue.live.streams import broadcaster, ephemeral, registry
from dialogue.settings import Settings

ROOT = Path(__file__).parent.parent
REGISTRIES = (record._presenters, thread._presenters, followers._followers, tasks._tasks, readiness._checks,
              metrics._readers, reformatting._covered, transaction._listeners, registry._authorizers,
              registry._depictions, ephemeral._states, ephemeral._listeners, events._events)
IMPORTS_ALL = """
import importlib, pkgutil, dialogue
from dialogue.core import application

for module in pkgutil.walk_packages(dialogue.__path__, "dialogue."):
    if module.name not in ("dialogue.__main__", "dialogue.server.embedded"):
        importlib.import_module(module.name)
print(len(application.current().held))
"""
LISTS_TABLES = """
import importlib, pkgutil, dialogue
from dialogue import database

listed = set(database.every_table().tables)
for module in pkgutil.walk_packages(dialogue.__path__, "dialogue."):
    if module.name not in ("dialogue.__main__", "dialogue.server.embedded"):
        importlib.import_module(module.name)
print(sorted(set(database.every_table().tables) - listed))
"""


def told_by_a_fresh_interpreter(script: str) -> str:
    """Return what the script prints."""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_all_modules_registers_nothing() -> None:
    assert told_by_a_fresh_interpreter(IMPORTS_ALL) == "0"


def test_every_table_is_declared_by_a_module_that_its_noun_lists() -> None:
    assert told_by_a_fresh_interpreter(LISTS_TABLES) == "[]"
    assert len(database.every_table().tables) > 40


def test_the_composition_fills_every_registry(app: Flask) -> None:
    with app.app_context():
        assert [number for number, registry in enumerate(REGISTRIES) if not registry()] == []


def test_composing_two_applications_doubles_nothing(app: Flask, other: Flask) -> None:
    with app.app_context():
        before = [len(registry()) for registry in REGISTRIES]
    with other.app_context():
        assert [len(registry()) for registry in REGISTRIES] == before


def test_registering_a_follower_a_task_or_a_listener_twice_counts_once(app: Flask) -> None:
    with app.app_context():
        before = [len(registry()) for registry in REGISTRIES]
        followers.follows(rooms.followers.give_the_offered_place, InvitationRedeemed)
        tasks.every(2, idle_sockets.reap)
        transaction.after_commit(broadcaster.note)
        ephemeral.whenever_changed(nudges.note_state)
        registry.opens(registry.open_agenda)
        assert [len(registry()) for registry in REGISTRIES] == before


@pytest.fixture
def other(tmp_path: Path, blank_database: Path) -> Iterator[Flask]:
    """One more application in this process, with a folder, a secret and a SQLite file of its own."""
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "dialogue.sqlite").write_bytes(blank_database.read_bytes())
    made = composition.compose(Settings(
        instance=folder, database_url=f"sqlite:///{folder / 'dialogue.sqlite'}", secret_key="other", testing=True))
    yield made
    with made.app_context():
        db.release()
        db.engine().dispose()


def test_what_is_per_app_belongs_to_the_application_at_work(app: Flask, other: Flask) -> None:
    seen: PerApp[list[str]] = PerApp(list)
    with app.app_context():
        seen().append("app")
        with other.app_context():
            assert seen() == []
            seen().append("other")
        assert seen() == ["app"]
    assert seen() == ["other"]  # Outside every context: the application composed last.
