"""Each public address is that of a route, and no other module writes one by hand."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, url_for

from dialogue.core import page_addresses

PACKAGE = Path(__file__).parents[2] / "dialogue"
# Endpoint and the names of its arguments, in the order of the function's.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "OUTCOMES": ("outcomes.index", ()), "OUTCOMES_FEED": ("outcomes.feed", ()),
    "AGENDA": ("agenda.index", ()), "EXPORTS": ("exports.index", ()),
    "OWN_ACCOUNT": ("accounts.profile.show", ()), "OWN_PASSWORD": ("accounts.profile.password_page", ()),
    "JOIN_HALL": ("halls.join_page", ()), "OWN_CLAIMS": ("accounts.claims.own", ()),
    "ALL_CLAIMS": ("accounts.claims.listed", ()),
    "room": ("pages.room", ("room_id",)), "hall": ("pages.hall", ("hall_id",)),
    "place": ("rooms.people.member", ("room_id", "person_id")),
    "contribution": ("contributions.show", ("contribution_id",)),
    "question": ("halls.questions.show", ("hall_id", "question_id")),
    "proposal": ("proposals.show", ("proposal_id",)),
    "new_ballot_on_proposal": ("votes.new_on_proposal", ("proposal_id",)),
    "new_ballot_in_room": ("votes.new_in_room", ("room_id",)),
    "ballot": ("votes.ballot", ("ballot_id",)), "precedent": ("votes.precedent", ("precedent_id",)),
    "outcome": ("outcomes.show", ("outcome_id",)), "agenda_item": ("agenda.show", ("item_id",)),
    "milestone": ("agenda.show", ("item_id",)), "evidence": ("agenda.show", ("item_id",)),
    "export": ("exports.show", ("export_id",)),
}
MADE = {name for name, value in vars(page_addresses).items()
        if name.isupper() or (inspect.isfunction(value) and not name.startswith("_"))}


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_public_address_is_what_its_route_makes(app: Flask, name: str) -> None:
    endpoint, parts = PAGES[name]
    made = getattr(page_addresses, name)
    ids = [f"{n}" * 22 for n in range(len(inspect.signature(made).parameters))] if callable(made) else []
    address = made(*ids) if callable(made) else made
    with app.test_request_context():
        assert address.partition("#")[0] == url_for(endpoint, **dict(zip(parts, ids, strict=False)))
    assert app.url_map.bind("").match(address.partition("#")[0], method="GET")[0] == endpoint


def test_every_listed_page_has_an_address() -> None:
    assert set(PAGES) == MADE


def by_hand(source: str, fixed: set[str], nouns: set[str]) -> Iterator[str]:
    """The addresses written in a module, those of its own routes left out."""
    tree = ast.parse(source)
    routes = {id(arg) for call in ast.walk(tree) if isinstance(call, ast.Call)
              and getattr(call.func, "attr", getattr(call.func, "id", "")) in ROUTING
              for arg in [*call.args, *(keyword.value for keyword in call.keywords)]}
    within = re.compile(rf"/({'|'.join(sorted(nouns))})/$")
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            texts = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
            if any(within.search(text) for text in texts[:1]):
                yield ast.unparse(node)
        elif isinstance(node, ast.Constant) and str(node.value).partition("?")[0] in fixed and id(node) not in routes:
            yield str(node.value)


ROUTING = {"get", "post", "put", "patch", "delete", "route", "add_url_rule", "Blueprint"}


def test_no_other_module_writes_an_address_by_hand(app: Flask) -> None:
    # Operators' addresses are known to the serving process, which answers them in another order.
    rules = {rule.rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("live.")} - {"/"}
    fixed = {rule for rule in rules if "<" not in rule}
    nouns = {rule.split("/")[1] for rule in rules if "<" in rule} - {"static", "api"}
    sources = {path: path.read_text() for path in PACKAGE.rglob("*.py") if path.name != "page_addresses.py"}
    found = {f"{path.relative_to(PACKAGE)}: {address}" for path, source in sources.items()
             if re.search(r"[\"'}]/[a-z]", source) for address in by_hand(source, fixed, nouns)}
    assert found == set()
