"""A closed ballot gets its record, once, whatever happens."""

import pytest

from dialogue.core import followers
from dialogue.core.db import session
from dialogue.core.errors import Conflict, NotFound, NotPermitted
from dialogue.core.record import entries
from dialogue.core.thread import Link, Ref, beside
from dialogue.outcomes import actions
from dialogue.outcomes import followers as outcome_followers
from dialogue.outcomes.models import Outcome, OutcomeKind, OutcomeState
from tests.outcomes.conftest import Sitting

pytestmark = pytest.mark.each_database("records are numbered under a lock")


def test_a_closed_ballot_drafts_its_record(sitting: Sitting) -> None:
    outcome = sitting.decided()
    assert outcome.kind is OutcomeKind.DECISION
    assert outcome.state is OutcomeState.DRAFT
    assert outcome.verdict == "adopted"
    assert outcome.symbol == "DLG/RES/1"
    assert outcome.title == "A standing briefing"


def test_the_record_keeps_rule_figures_arithmetic_and_text(sitting: Sitting) -> None:
    kept = sitting.decided().decision
    assert kept["rule"] == "two_thirds"
    assert kept["figures"] == {"yes": 2, "no": 1, "abstain": 0, "cast": 3, "eligible": 5, "not_voting": 2}
    assert kept["quorum"] == {"numerator": 1, "denominator": 2, "needed": 3, "met": True}
    assert kept["arithmetic"] == {"lhs": 6, "rhs": 6, "strict": False}
    assert kept["by_set"]["rows"]["public"] == {"yes": 2, "no": 1, "abstain": 0}
    assert [clause["kind"] for clause in kept["text"]["clauses"]] == ["preambular", "operative"]


def test_the_ballot_leads_to_its_record(sitting: Sitting) -> None:
    outcome = sitting.decided()
    ballot = Ref("ballot", outcome.ballot_id or "")
    assert beside([ballot], back=False)[ballot] == [(Link.RECORDS, Ref("outcome", outcome.id))]


def test_what_was_not_adopted_is_recorded_under_another_symbol(sitting: Sitting) -> None:
    refused = sitting.outcome_of(sitting.ballot(yes=1, no=2))
    carried = sitting.outcome_of(sitting.ballot())
    assert [refused.symbol, carried.symbol] == ["DLG/DEC/1", "DLG/RES/2"]


def test_a_crash_between_the_ballot_and_its_record_delays_it_and_doubles_nothing(
        sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_args: object, **_more: object) -> None:
        raise RuntimeError("the process died here")

    with monkeypatch.context() as broken:
        broken.setattr(outcome_followers, "begin", die)
        ballot = sitting.ballot()
    assert session().query(Outcome).count() == 0
    followers.catch_up_all()
    followers.catch_up_all()
    assert session().query(Outcome).filter_by(ballot_id=ballot).count() == 1
    kinds = [entry.kind for entry in entries(sitting.room.id, after=0)]
    assert kinds.count("outcome.drafted") == 1


def test_a_sitting_closes_with_an_outcome_without_a_ballot(sitting: Sitting) -> None:
    made = actions.draft_session(sitting.rapporteur, sitting.room.id, title="The second sitting")
    assert made.kind is OutcomeKind.SESSION
    assert made.symbol == "DLG/SES/1"
    assert made.is_adopted


def test_pressing_twice_drafts_one_sitting(sitting: Sitting) -> None:
    first, second = (actions.draft_session(sitting.chair, sitting.room.id, title="Twice", key="k") for _ in range(2))
    assert first.id == second.id


def test_only_those_who_write_the_record_close_a_sitting(sitting: Sitting) -> None:
    with pytest.raises(NotPermitted):
        actions.draft_session(sitting.member, sitting.room.id, title="Mine")
    for stranger in (sitting.world.person(), sitting.world.revoked(sitting.room)):
        with pytest.raises(NotFound):
            actions.draft_session(stranger, sitting.room.id, title="Mine")


def test_a_record_is_signed_as_read_then_published_then_only_corrected(sitting: Sitting) -> None:
    outcome = sitting.decided()
    with pytest.raises(Conflict):
        actions.publish(sitting.chair, outcome.id)
    with pytest.raises(Conflict):
        actions.sign(sitting.chair, outcome.id, revision=outcome.revision + 1)
    actions.sign(sitting.chair, outcome.id, revision=outcome.revision)
    with pytest.raises(Conflict):
        actions.edit(sitting.rapporteur, outcome.id, base=outcome.revision, title="Else", summary=[])
    actions.publish(sitting.chair, outcome.id)
    with pytest.raises(Conflict):
        actions.send_back(sitting.chair, outcome.id)
    for text in ("For 9 read 10.", "For 2 read 1."):
        actions.correct(sitting.rapporteur, outcome.id, text=text)
    assert [one.number for one in sitting.again(outcome).corrigenda] == [1, 2]
    assert sitting.again(outcome).decision["figures"]["yes"] == 2


def test_a_signature_taken_off_lets_the_draft_be_edited_again(sitting: Sitting) -> None:
    outcome = sitting.decided()
    actions.sign(sitting.chair, outcome.id, revision=outcome.revision)
    actions.send_back(sitting.chair, outcome.id)
    edited = actions.edit(sitting.rapporteur, outcome.id, base=outcome.revision, title="Else", summary=[])
    assert edited.title == "Else"
    assert edited.signed_at is None


def test_everything_done_to_a_record_is_recorded(sitting: Sitting) -> None:
    outcome = sitting.decided()
    actions.sign(sitting.chair, outcome.id, revision=outcome.revision)
    actions.send_back(sitting.chair, outcome.id)
    actions.edit(sitting.rapporteur, outcome.id, base=outcome.revision, title="Else", summary=[])
    actions.sign(sitting.chair, outcome.id, revision=sitting.again(outcome).revision)
    actions.publish(sitting.chair, outcome.id)
    actions.correct(sitting.chair, outcome.id, text="For x read y.")
    kinds = [entry.kind for entry in entries(sitting.room.id, after=0) if entry.kind.startswith("outcome.")]
    assert kinds == ["outcome.drafted", "outcome.signed", "outcome.returned", "outcome.edited", "outcome.signed",
                     "outcome.published", "outcome.corrected"]


@pytest.mark.parametrize("deed", ["edit", "sign", "send_back", "publish", "correct", "draft_summary"])
def test_a_member_may_not_write_and_a_stranger_does_not_find_it(sitting: Sitting, deed: str) -> None:
    outcome = sitting.decided()
    more = {"edit": {"base": 1, "title": "x", "summary": []}, "sign": {"revision": 1},
            "correct": {"text": "x"}}.get(deed, {})
    with pytest.raises(NotPermitted):
        getattr(actions, deed)(sitting.member, outcome.id, **more)
    for stranger in (sitting.world.person(), sitting.world.revoked(sitting.room)):
        with pytest.raises(NotFound):
            getattr(actions, deed)(stranger, outcome.id, **more)


@pytest.mark.parametrize("deed", ["sign", "publish"])
def test_a_rapporteur_neither_signs_nor_publishes(sitting: Sitting, deed: str) -> None:
    outcome = sitting.decided()
    with pytest.raises(NotPermitted):
        getattr(actions, deed)(sitting.rapporteur, outcome.id, **({"revision": 1} if deed == "sign" else {}))
