"""Which part of a list an address asks for is read in one place, so that every list has the same bounds."""

import ast
from pathlib import Path

import pytest

from dialogue.core import paging
from dialogue.core.errors import Invalid
from tests.world import World

PACKAGE = Path(__file__).parents[2] / "dialogue"


@pytest.mark.parametrize(("sent", "number"), [({}, 1), ({"page": ""}, 1), ({"page": "7"}, 7), ({"page": "٧"}, 7)])
def test_a_page_is_the_first_unless_it_is_named(sent: dict[str, str], number: int) -> None:
    assert paging.page(sent) == number


@pytest.mark.parametrize("sent", ["0", "-1", "x", "10001", "1.5"])
def test_a_page_that_cannot_be_is_refused_at_its_field(sent: str) -> None:
    with pytest.raises(Invalid) as refusal:
        paging.page({"page": sent})
    assert refusal.value.field == "page"


def test_a_program_gets_as_many_as_it_asks_for_within_the_bound() -> None:
    assert paging.limit({}, 20, 100) == 20
    assert paging.limit({"limit": "100"}, 20, 100) == 100
    with pytest.raises(Invalid):
        paging.limit({"limit": "101"}, 20, 100)


def test_an_entry_may_be_number_zero_which_is_not_absence() -> None:
    assert paging.after({"after": "0"}) == 0
    assert paging.after({}) is None
    assert paging.before({"before": "3"}) == 3


def test_no_other_module_reads_these_numbers() -> None:
    sources = {path: path.read_text() for path in PACKAGE.rglob("*.py") if path.name != "paging.py"}
    found = [f"{path.relative_to(PACKAGE)}:{call.lineno}" for path, source in sources.items() if "integer(" in source
             for call in ast.walk(ast.parse(source))
             if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "integer" and len(call.args) > 1
             and isinstance(call.args[1], ast.Constant) and call.args[1].value in ("page", "limit", "after", "before")]
    assert found == []


def test_lists_refuse_the_same_page(world: World) -> None:
    convenor = world.browser(world.convenor)
    lists = ("/rooms", "/proposals", "/outcomes", "/notices", "/admin/rooms", "/api/v1/outcomes", "/api/v1/agenda")
    assert {where: convenor.get(f"{where}?page=10001").status_code for where in lists} == dict.fromkeys(lists, 422)
