"""Comparing versions: in a child process, once for each pair, whatever becomes of the child."""

from typing import Any

import pytest

from dialogue.core import child, db, limits
from dialogue.core.application import PerApp
from dialogue.proposals import actions, comparing, comparing_worker, queries, versions
from dialogue.proposals.comparing import Texts
from dialogue.proposals.diff import State, diff
from dialogue.proposals.models import ClauseKind, Proposal
from dialogue.proposals.sheet import ClauseText
from dialogue.proposals.wording import Op, compare
from tests.proposals.conftest import Cast
from tests.world import World

BEFORE = Texts("A pact", [("a", "Decides to meet once."), ("b", "Thanks all."), ("c", "Ends.")])
AFTER = Texts("A new pact", [("b", "Thanks all."), ("a", "Decides to meet twice."), ("d", "Begins.")])


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """No comparison of an earlier test is remembered."""
    monkeypatch.setattr(comparing, "_kept", PerApp(comparing._Kept))


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Each child process started from here on."""
    started: list[Any] = []
    ask = child.ask
    monkeypatch.setattr(child, "ask", lambda command, *more: started.append(command) or ask(command, *more))
    return started


@pytest.fixture
def revised(world: World, cast: Cast) -> Proposal:
    """A text in three versions."""
    text = world.proposal(cast.room, cast.author, "Decides to meet once.")
    for base, words in ((1, "Decides to meet twice."), (2, "Decides to meet thrice.")):
        kept = versions.version(queries.find(text.id, cast.author)).clauses[0].key
        actions.revise(cast.author, text.id, base=base, title="Example text", reason="Better",
                       clauses=[ClauseText(ClauseKind.OPERATIVE, words, kept)])
    for person in (cast.author, cast.member):
        db.session().refresh(person)
    db.pause()
    return text


def test_the_child_compares_as_this_process_would(children: list[Any]) -> None:
    title, clauses = comparing.compared(("p", 1, 2), BEFORE, AFTER)
    assert title == compare(BEFORE.title, AFTER.title)
    assert clauses == diff(BEFORE.clauses, AFTER.clauses)
    assert len(children) == 1


def test_no_comparison_is_made_in_the_serving_process(
        world: World, cast: Cast, revised: Proposal, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("compared on the loop")

    for owner, name in ((comparing_worker, "compare"), (comparing_worker, "diff")):
        monkeypatch.setattr(owner, name, refuse)
    author = world.browser(cast.author)
    assert "thrice" in author.get(f"{revised.address}/changes?from=1&to=3").text
    again = author.post(revised.address, title="Mine", **{"text-1": "Mine.", "kind-1": "operative", "base": "1"},
                        opened_on="1", reason="Mine")
    assert "What changed since you began" in again.text


def test_a_pair_is_compared_once_for_all_its_readers(
        world: World, cast: Cast, revised: Proposal, children: list[Any]) -> None:
    readers = [world.browser(reader) for reader in (cast.author, cast.member)]
    for browser in readers * 2:
        assert browser.get(f"{revised.address}/changes?from=1&to=2").status_code == 200
        assert browser.get(f"{revised.address}/changes?from=2&to=3").status_code == 200
    assert len(children) == 2


def test_comparisons_that_are_kept_are_bounded() -> None:
    kept = comparing._Kept()
    for n in range(3 * comparing.MAX_KEPT):
        kept.keep(("p", n, n + 1), ((), []))
    assert len(kept.found) == comparing.MAX_KEPT


@pytest.fixture(params=["it fails", "it is too slow", "there is no turn"])
def no_answer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child does not answer."""
    if request.param == "it fails":
        monkeypatch.setattr(comparing_worker, "COMMAND", ["false"])
    if request.param == "it is too slow":
        monkeypatch.setattr(comparing_worker, "COMMAND", ["sleep", "60"])
        monkeypatch.setattr(comparing_worker, "SECONDS", 0.1)
    if request.param == "there is no turn":
        monkeypatch.setattr(comparing, "QUEUE_SECONDS", 0.01)
        comparing._kept().turn.acquire()


@pytest.mark.usefixtures("no_answer")
def test_without_an_answer_whole_clauses_are_compared_and_nothing_is_kept() -> None:
    title, clauses = comparing.compared(("p", 1, 2), BEFORE, AFTER)
    assert [run.op for run in title] == [Op.REMOVED, Op.ADDED]
    assert {each.key: each.state for each in clauses} == {
        "a": State.CHANGED, "b": State.KEPT, "c": State.REMOVED, "d": State.ADDED}
    for each in clauses:
        old = "".join(run.text for run in each.runs if run.op is not Op.ADDED)
        new = "".join(run.text for run in each.runs if run.op is not Op.REMOVED)
        assert (old, new) == (dict(BEFORE.clauses).get(each.key, ""), dict(AFTER.clauses).get(each.key, ""))
    assert not comparing.is_known(("p", 1, 2))


def test_making_comparisons_is_slowed_down_and_reading_them_is_not(
        world: World, cast: Cast, revised: Proposal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "compare", limits.parse("2 per minute"))
    member = world.browser(cast.member)
    pairs = ((1, 2), (1, 2), (2, 3), (1, 2), (1, 3), (2, 3))
    codes = [member.get(f"{revised.address}/changes?from={a}&to={b}").status_code for a, b in pairs]
    assert codes == [200, 200, 200, 200, 429, 200]
