"""What the application is made of is registered by its composition, and belongs to it alone."""

import ast
import importlib
import inspect
import logging
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType

import pytest
from flask import Blueprint, Flask

import dialogue
from dialogue import composition, database, rooms
from dialogue.accounts.events import InvitationRedeemed
from dialogue.accounts.invitations.web import WithoutSecrets
from dialogue.agenda.events import ItemAdded
from dialogue.core import (
    db,
    followers,
    limits,
    metrics,
    readiness,
    record,
    reformatting,
    tasks,
    thread,
    transaction,
)
from dialogue.core.application import PerApp, at_work, begin, bound, current
from dialogue.core.errors import TooMany
from dialogue.core.hashed_keys import hashed_key
from dialogue.core.record import AGENDA, Entry
from dialogue.live import endpoint, events, idle_sockets
from dialogue.live.cluster import nudges
from dialogue.live.streams import broadcaster, ephemeral, registry
from dialogue.live.transport import engine
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Access
from dialogue.server import background
from dialogue.settings import Settings
from tests.agenda.conftest import Agenda
from tests.live.conftest import Socket
from tests.world import World

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


MAKES_STATE = {"set", "dict", "list", "deque", "defaultdict", "OrderedDict", "Counter", "Lock", "RLock", "Event"}
OF_THE_PROCESS = {  # By nature; a comment at each says why.
    "core/markdown_child.py": {"_line", "_thorough"},
    "core/metrics.py": {"requests", "events", "dropped"},
    "live/transport/writer.py": {"_open", "_behind", "_closings"},
}


def held_by_a_module(path: Path) -> set[str]:
    """Return the names of a file that hold something that changes: containers filled later, locks, globals set anew."""
    tree = ast.parse(path.read_text())
    held = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and makes_state(node.value):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            held |= {target.id for target in targets if isinstance(target, ast.Name)}
    return held


def makes_state(value: ast.expr) -> bool:
    """Whether the expression is an empty container, or makes a container or a lock."""
    if isinstance(value, ast.Call):
        name = value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
        return name in MAKES_STATE and not (name in ("dict", "list", "set") and value.args)
    return isinstance(value, ast.Dict | ast.List) and not getattr(value, "keys", getattr(value, "elts", ()))


def test_no_module_holds_state_of_an_application() -> None:
    package = ROOT / "dialogue"
    held = {str(path.relative_to(package)): held_by_a_module(path) for path in package.rglob("*.py")}
    assert {name: names for name, names in held.items() if names} == OF_THE_PROCESS


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


def modules() -> Iterator[ModuleType]:
    """All modules of the package, but those that begin something when they are imported."""
    for module in pkgutil.walk_packages(dialogue.__path__, "dialogue."):
        if module.name not in ("dialogue.__main__", "dialogue.server.embedded"):
            yield importlib.import_module(module.name)


def test_every_part_is_composed() -> None:
    packages = {module.name for module in pkgutil.iter_modules(dialogue.__path__, "dialogue.") if module.ispkg}
    assert packages - {part.__name__ for part in composition.PARTS} == {"dialogue.setup"}  # It builds, before serving.


def test_every_blueprint_and_every_socket_event_is_registered(app: Flask) -> None:
    declared = [thing for module in modules() for thing in vars(module).values()]
    blueprints = {id(thing): thing.name for thing in declared if isinstance(thing, Blueprint)}
    assert {name for key, name in blueprints.items() if key not in set(map(id, app.blueprints.values()))} == set()
    with app.app_context():
        assert {one.name for one in declared if isinstance(one, events.SocketEvent)} == set(events.registered())


def test_every_follower_follows_and_every_kind_of_the_thread_is_shown(app: Flask) -> None:
    named = [member for module in modules() if module.__name__.endswith(".followers")
             for member in inspect.getmembers(module, inspect.isfunction) if member[1].__module__ == module.__name__]
    handlers = {function for name, function in named
                if name[0] != "_" and [*inspect.signature(function).parameters] == ["tx", "entry"]}
    with app.app_context():
        assert {follower.handle for follower in followers.registered()} == handlers
        assert set(thread._presenters()) == set(thread.ORDER)


def test_composing_two_applications_doubles_nothing(app: Flask, other: Flask) -> None:
    with app.app_context():
        before = [len(registry()) for registry in REGISTRIES]
    with other.app_context():
        assert [len(registry()) for registry in REGISTRIES] == before


def test_registering_a_follower_a_task_or_a_listener_twice_counts_once(app: Flask) -> None:
    with app.app_context():
        before = [len(registry()) for registry in REGISTRIES]
        followers.follows(rooms.followers.give_the_offered_place, InvitationRedeemed)
        tasks.every(2, idle_sockets.reap, tasks.Scope.EACH)
        transaction.after_commit(broadcaster.note)
        ephemeral.whenever_changed(nudges.note_state)
        registry.opens(registry.open_agenda)
        assert [len(registry()) for registry in REGISTRIES] == before


@pytest.fixture
def other(tmp_path: Path, blank_database: Path) -> Iterator[Flask]:
    """One more application in this process, with a folder, a secret and a SQLite file of its own."""
    before, folder = current(), tmp_path / "other"
    folder.mkdir()
    (folder / "dialogue.sqlite").write_bytes(blank_database.read_bytes())
    made = composition.compose(Settings(
        instance=folder, database_url=f"sqlite:///{folder / 'dialogue.sqlite'}", secret_key="other", testing=True))
    yield made
    with made.app_context():
        db.release()
        db.engine().dispose()
    begin(before)  # Other tests may go on with the application that was composed before.


@pytest.mark.parametrize("proven", [True, False])
def test_a_socket_event_works_for_its_own_application(
        app: Flask, other: Flask, proven: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "is_proven", lambda: proven)
    assert [endpoint._within(one, current)() for one in (app, other)] == [
        one.extensions["dialogue"] for one in (app, other)]


def test_work_bound_to_an_application_keeps_it_in_another_thread(app: Flask, other: Flask) -> None:
    with app.app_context():
        mine = bound(current)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(mine).result() is app.extensions["dialogue"]
        assert pool.submit(current).result() is other.extensions["dialogue"]


def test_two_applications_filter_the_logs_once(app: Flask, other: Flask) -> None:
    assert (app.name, other.name) == ("dialogue", "dialogue")
    for name in ("dialogue", "werkzeug"):
        assert sum(isinstance(each, WithoutSecrets) for each in logging.getLogger(name).filters) == 1


def test_what_is_per_app_belongs_to_the_application_at_work(app: Flask, other: Flask) -> None:
    seen: PerApp[list[str]] = PerApp(list)
    with app.app_context():
        seen().append("app")
        with other.app_context():
            assert seen() == []
            seen().append("other")
        assert seen() == ["app"]
    assert seen() == ["other"]  # Outside every context: the application composed last.


class House:
    """One of two applications: its convenor with a socket on the agenda, and what its follower answered."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.answered: list[str] = []
        with self.at_work():
            self.world = World(app)
            self.agenda = Agenda(self.world)
            followers.follows(self.follow, ItemAdded)
            self.socket = Socket(self.world, self.world.convenor)
            self.socket.join(AGENDA)

    def at_work(self) -> AbstractContextManager[None]:
        """Within the block this application is the current one."""
        return at_work(self.app.extensions["dialogue"])

    def follow(self, _tx: object, entry: Entry) -> None:
        """Note the item that was added."""
        self.answered.append(entry.data["item_id"])

    def publish(self) -> list[str]:
        """Send what is new, as the serving process does; return the items that the socket was told of."""
        with self.at_work():
            db.release()
            background.publish()
            db.release()
        return [event["data"]["item_id"] for told in self.socket.heard("record") for event in told["events"]]


@pytest.fixture
def houses(app: Flask, other: Flask) -> tuple[House, House]:
    """Both applications, in one process."""
    return House(app), House(other)


def test_an_item_added_in_one_application_is_followed_and_published_there_alone(houses: tuple[House, House]) -> None:
    one, two = houses
    with one.at_work():
        first = one.agenda.item().id
    assert (one.answered, two.answered) == ([first], [])
    assert (two.publish(), one.publish()) == ([], [first])
    with two.at_work():
        second = two.agenda.item().id
    assert (one.answered, two.answered) == ([first], [second])
    assert (one.publish(), two.publish()) == ([], [second])


def test_what_was_posted_in_one_application_is_seen_there_alone(houses: tuple[House, House]) -> None:
    one, two = houses
    with one.at_work():
        room = one.world.room(access=Access.OPEN)
        said = one.world.contribution(room, one.world.member(room), "Only here")
        db.release()
    assert "Only here" in one.app.test_client().get(f"/rooms/{room.id}").text
    assert two.app.test_client().get(f"/rooms/{room.id}").status_code == 404
    with two.at_work():
        assert db.session().get(Contribution, said.id) is None
        assert two.socket.ask("stream.join", stream=room.id)["error"]["code"] == "not_found"


def test_sign_ins_limits_and_hashed_keys_of_two_applications_are_apart(
        houses: tuple[House, House]) -> None:
    one, two = houses
    cookie = {"Cookie": one.socket.browser.client.get("/account").request.headers["Cookie"]}
    assert one.app.test_client(use_cookies=False).get("/account", headers=cookie).status_code == 200
    assert two.app.test_client(use_cookies=False).get("/account", headers=cookie).status_code != 200
    with one.at_work():
        for _each in range(limits.LIMITS["invitation"].amount):
            limits.throttle("invitation", "someone")
        with pytest.raises(TooMany):
            limits.throttle("invitation", "someone")
        key = hashed_key("invitation", "someone")
    with two.at_work():
        limits.throttle("invitation", "someone")
        assert hashed_key("invitation", "someone") != key


def test_each_application_reports_its_own_sockets(houses: tuple[House, House]) -> None:
    one, two = houses
    with one.at_work():
        more = Socket(one.world, one.world.convenor)
    figures = [house.app.test_client().get("/metrics").text for house in (one, two)]
    assert ["dialogue_sockets 2.0" in figures[0], "dialogue_sockets 1.0" in figures[1]] == [True, True]
    more.client.disconnect()
