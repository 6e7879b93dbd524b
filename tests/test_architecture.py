"""The mechanical questions of the house: policies, permissions, facts, tables, documentation."""

import ast
import dataclasses
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from werkzeug.routing import Rule

from dialogue.core import db, record
from dialogue.core.permissions import RULES, Permission
from dialogue.database import config, every_table
from dialogue.settings import Settings
from tests.world import World

ROOT = Path(__file__).parent.parent
NOBODY = "x" * 22
WATCHED = {"permit", "transaction"}

# Public pages, each with the reason.
OPEN_TO_ALL = {
    "/": "the first page", "/static/<path:filename>": "assets", "/sign-in": "the door itself",
    "/start": "exists only before there is anybody", "/sign-out": "leaving is always possible",
    "/rooms": "lists what the reader may know of", "/themes": "public", "/halls": "lists what may be known",
    "/halls/join": "guests come by code", "/proposals": "lists what may be known", "/outcomes": "published ones",
    "/outcomes.atom": "published ones", "/agenda": "public",
    "/agenda.atom": "public", "/agenda.ics": "public", "/agenda/changes": "public", "/api/v1/agenda": "public",
    "/api/v1/outcomes": "published ones", "/precedents": "published tallies",
    "/api/v1/time": "the server's time, for clocks", "/healthz": "for monitors", "/readyz": "for monitors",
    "/metrics": "for this machine, or with a token",
    "/ballots": "lists what may be known", "/exports": "exports of what is public",
    "/api/v1/exports": "exports of what is public",
}
# Functions that change the database without asking a person's permission, each with the reason.
WITHOUT_PERMIT = {
    "accounts/actions.py create_first_convenor": "there is no person yet who could permit it",
    "accounts/actions.py create_convenor": "for the operator of the machine",
    "accounts/actions.py start_sign_in": "signing in",
    "accounts/actions.py end_sign_in": "signing out",
    "accounts/invitations/actions.py redeem_as_new": "holding the link's secret is the permission",
    "accounts/resets/actions.py redeem": "holding the link's secret is the permission",
    "accounts/resets/actions.py reset_by_operator": "for the operator of the machine",
    "core/claims.py take": "claims a background task for one worker",
    "core/claims.py extend": "claims a background task for one worker",
    "core/claims.py postpone": "puts a background task off until it is tried again",
    "core/claims.py release": "ends the claim of a background task",
    "core/followers.py catch_up": "followers answer what a permitted action recorded",
    "core/idempotency.py _forget_some": "removes keys that are too old to be repeated",
    "core/reformatting.py _take_up": "formats once more what a permitted action wrote",
    "core/reformatting.py _keep": "formats once more what a permitted action wrote",
    "core/reformatting.py _forget": "formats once more what a permitted action wrote",
    "exports/jobs/queue.py take_up": "works on an export that a permitted action asked for",
    "exports/jobs/queue.py advance": "works on an export that a permitted action asked for",
    "exports/jobs/queue.py finish": "works on an export that a permitted action asked for",
    "exports/jobs/queue.py fail": "works on an export that a permitted action asked for",
    "exports/jobs/queue.py forget_old": "removes files that were promised for a time",
    "notices/actions.py read": "the person's own notice; others' are not found",
    "notices/actions.py read_all": "the person's own notices",
    "outcomes/drafting.py finish": "drafts the summary of a record that a permitted action made",
    "rehearsal/actions.py rehearse": "for the operator of the machine",
    "rehearsal/clearing.py clear": "for the operator of the machine",
    "rooms/contributions/actions.py mark_read": "the person's own bookmark, which goes with their place",
    "votes/actions.py close_overdue": "the deadline passed",
    "votes/conversion.py _convert": "seals votes that were cast with permission",
    "votes/turnout.py _counted": "counts anew what every reader of the ballot is told",
}


def rules(app: Flask, method: str) -> Iterator[Rule]:
    """The routes that answer this method, with addresses of things that are not there."""
    return (rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()))


def address(rule: Rule) -> str:
    """Return the route's address with unknown ids."""
    return re.sub(r"<int:[^>]+>", "1", re.sub(r"<(?!int:)[^>]+>", NOBODY, rule.rule))


def status(answer: Any) -> int:
    """The answer's status; a file it would send is closed."""
    answer.close()
    return int(answer.status_code)


def test_every_page_asks_who_is_there_or_is_open_for_a_reason(world: World) -> None:
    assert world.convenor
    browser = world.browser()
    answers = {rule.rule: status(browser.get(address(rule))) for rule in rules(world.app, "GET")
               if rule.rule not in OPEN_TO_ALL}
    assert {rule: code for rule, code in answers.items() if code not in (401, 404)} == {}


def test_every_form_refuses_a_stranger_or_is_open_for_a_reason(world: World) -> None:
    assert world.convenor
    browser = world.browser()
    answers = {rule.rule: browser.post(address(rule)).status_code for rule in rules(world.app, "POST")
               if rule.rule not in OPEN_TO_ALL}
    assert {rule: code for rule, code in answers.items() if code not in (401, 404)} == {}


def sources(name: str = "*.py") -> Iterator[Path]:
    """The modules of the package with this name."""
    return (ROOT / "dialogue").rglob(name)


def test_every_permission_has_a_rule_and_is_used() -> None:
    asked = set()
    for path in sources():
        if path.name != "permissions.py":
            asked |= set(re.findall(r"Permission\.([A-Z_]+)", path.read_text()))
    assert set(RULES) == set(Permission)
    assert sorted(permission.name for permission in Permission if permission.name not in asked) == []


def calls(function: ast.AST) -> set[str]:
    """The names of the functions called inside, methods left out: `invitation.redeem()` is not the action `redeem`."""
    found = {node.func for node in ast.walk(function) if isinstance(node, ast.Call)}
    of_modules = {name.attr for name in found if isinstance(name, ast.Attribute) and name.attr in WATCHED}
    return of_modules | {name.id for name in found if isinstance(name, ast.Name)}


def outer_functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    """The functions of a module and the methods of its classes; what is nested counts as part of these."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from (method for method in node.body if isinstance(method, ast.FunctionDef))


def unpermitted(source: str) -> set[str]:
    """The functions of a module that open a transaction and call `permit` neither themselves nor through another."""
    functions = list(outer_functions(ast.parse(source)))
    permitting = {"permit"}
    while more := {f.name for f in functions if calls(f) & permitting} - permitting:
        permitting |= more
    return {f.name for f in functions if "transaction" in calls(f) and not calls(f) & permitting}


def test_every_function_that_opens_a_transaction_permits_or_is_listed_with_a_reason() -> None:
    found = {f"{path.relative_to(ROOT / 'dialogue')} {name}" for path in sources()
             for name in unpermitted(path.read_text())}
    assert found - set(WITHOUT_PERMIT) == set()
    assert set(WITHOUT_PERMIT) - found == set(), "these permit now, or are gone"


def test_the_permit_check_sees_functions_methods_and_nested_functions() -> None:
    opening = "    with transaction() as tx:\n        change(tx)\n"
    assert unpermitted(f"def act(person):\n{opening}") == {"act"}
    assert unpermitted(f"def act(person):\n    permit(person)\n{opening}") == set()
    assert unpermitted(f"def ask(p):\n    permit(p)\ndef act(p):\n    ask(p)\n{opening}") == set()
    assert unpermitted(f"def redeem(p):\n    permit(p)\ndef act(link):\n    link.redeem(1)\n{opening}") == {"act"}
    assert unpermitted("def act():\n    with core.transaction() as tx:\n        change(tx)\n") == {"act"}
    assert unpermitted("def act():\n    def run():\n        transaction()\n    run()\n") == {"act"}
    assert unpermitted("class Queue:\n    def take(self):\n        transaction()\n") == {"take"}


def test_every_fact_has_an_audience_and_is_made_of_ids_or_is_presented(app: Flask) -> None:
    assert app
    ids = re.compile(r".*_id$|^stream_id$|^rule$")
    bare = [event.kind for event in record.Event.__subclasses__() if event.__module__.startswith("dialogue.")
            if any(not ids.match(field.name) for field in dataclasses.fields(event))
            and event.kind not in record._presenters()]
    assert bare == []
    assert all(isinstance(event.audience, record.Audience) for event in record.Event.__subclasses__())


def differences(url: str) -> list[object]:
    """What the models say beyond the migrated database."""
    db.connect(url)
    try:
        command.upgrade(config(), "head")
        with db.engine().connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, every_table()))
    finally:
        db.release()
        db.engine().dispose()


def test_the_models_are_what_the_migrations_make_on_sqlite(tmp_path: Path) -> None:
    assert differences(f"sqlite:///{tmp_path / 'shape.sqlite'}") == []


@pytest.mark.postgres
def test_the_models_are_what_the_migrations_make_on_postgresql(postgres_url: Callable[[], str]) -> None:
    assert differences(Settings.from_env({"DIALOGUE_DATABASE_URL": postgres_url()}).database_url) == []


def documented() -> str:
    """Everything the documentation says."""
    return "\n".join(path.read_text() for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")))


def test_the_documentation_names_every_command(app: Flask) -> None:
    foreign = {"run", "shell", "routes", "limiter"}
    told = documented()
    assert [name for name in app.cli.commands if name not in foreign and f"flask {name}" not in told] == []


def test_the_documentation_names_every_setting() -> None:
    code = "\n".join(path.read_text() for path in sources())
    named = set(re.findall(r"\bDIALOGUE_[A-Z_]+\b", code)) | {"HOST", "PORT"}
    told = documented()
    assert sorted(name for name in named if f"`{name}`" not in told) == []


def test_the_list_of_open_pages_names_no_page_that_is_gone(app: Flask) -> None:
    assert set(OPEN_TO_ALL) - {rule.rule for rule in app.url_map.iter_rules()} == set()
