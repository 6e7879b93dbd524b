"""Two people press at once."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest

from dialogue.core import db
from dialogue.core.errors import Conflict
from dialogue.core.record import entries
from dialogue.proposals import actions, queries, versions
from dialogue.proposals.models import ProposalState
from tests.proposals.conftest import Cast, clauses
from tests.world import World

pytestmark = pytest.mark.each_database("races")


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all at the same moment, each in a thread of its own; what each gave or raised."""
    gate, answers = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            answers[place] = deed()
        except Conflict as refusal:
            answers[place] = refusal
        finally:
            db.release()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_two_sponsors_who_save_at_once_one_wins(cast: Cast) -> None:
    actions.sponsor(cast.member, cast.proposal.id)
    answers = at_once(*(
        lambda who=who, word=word: actions.revise(who, cast.proposal.id, base=1, title="T", reason=word,
                                                  clauses=clauses(word))
        for who, word in ((cast.author, "first"), (cast.member, "second"))))
    assert Counter(isinstance(answer, Conflict) for answer in answers) == {True: 1, False: 1}
    seen = queries.find(cast.proposal.id, cast.author)
    assert [line.number for line in versions.lines(seen)] == [2, 1]
    kept = versions.version(seen)
    assert kept.clauses[0].text == kept.reason


def test_submitting_and_withdrawing_at_once_leaves_one_story(world: World, cast: Cast) -> None:
    for _ in range(4):
        draft = world.draft(cast.room, cast.author)
        at_once(lambda id=draft.id: actions.submit(cast.author, id),
                lambda id=draft.id: actions.withdraw(cast.author, id, reason="Given up."))
        told = [e.kind for e in entries(cast.room.id, after=0) if e.data.get("proposal_id") == draft.id][1:]
        assert told in (["draft.withdrawn"], ["proposal.submitted", "proposal.withdrawn"])
        assert queries.find(draft.id, cast.author).proposal.state is ProposalState.WITHDRAWN


def test_pressing_endorse_many_times_at_once_is_one_endorsement(cast: Cast) -> None:
    at_once(*[lambda: actions.endorse(cast.member, cast.proposal.id, version=1)] * 5)
    assert len(queries.endorsements(cast.proposal.id)) == 1
    told = [e for e in entries(cast.room.id, after=0) if e.kind == "proposal.endorsed"]
    assert len(told) == 1


def test_drafts_begun_at_once_take_different_symbols(cast: Cast) -> None:
    made = at_once(*(
        lambda who=who: actions.draft(who, cast.room.id, title="T", clauses=clauses("a")).symbol
        for who in (cast.author, cast.member, cast.chair, cast.author)))
    assert len(set(made)) == 4
    assert sorted(str(symbol).rpartition(".")[2] for symbol in made) == ["2", "3", "4", "5"]


def test_a_draft_sent_twice_at_once_is_one_draft(cast: Cast) -> None:
    made = at_once(*[lambda: actions.draft(cast.author, cast.room.id, title="T", clauses=clauses("a"), key="k").id] * 3)
    assert len(set(made)) == 1
