"""Actions on a proposal: who may do what, and when."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, DomainError, Invalid, NotFound, NotPermitted
from dialogue.core.record import Audience, entries, present
from dialogue.core.transaction import transaction
from dialogue.proposals import actions, queries, versions
from dialogue.proposals.models import Proposal, ProposalState
from dialogue.rooms.models import Room
from dialogue.rooms.voices import voice_id_of
from tests.proposals.conftest import Cast, clauses
from tests.world import World

pytestmark = pytest.mark.each_database("versions and symbols are numbered under a lock")

Deed = Callable[[Person, Proposal], object]
DEEDS: dict[str, Deed] = {
    "draft": lambda who, p: actions.draft(who, p.room_id, title="T", clauses=clauses("a")),
    "revise": lambda who, p: actions.revise(who, p.id, base=1, title="T", clauses=clauses("a"), reason="r"),
    "submit": lambda who, p: actions.submit(who, p.id),
    "withdraw": lambda who, p: actions.withdraw(who, p.id, reason="r"),
    "sponsor": lambda who, p: actions.sponsor(who, p.id),
    "endorse": lambda who, p: actions.endorse(who, p.id, version=1),
    "withdraw endorsement": lambda who, p: actions.withdraw_endorsement(who, p.id),
}


def kinds(room: Room) -> list[str]:
    return [entry.kind for entry in entries(room.id, after=0) if "proposal" in entry.kind or "draft" in entry.kind]


def put_to_a_decision(proposal: Proposal, *, decided: bool = False) -> None:
    with transaction() as tx:
        held = tx.fetch(Proposal, proposal.id)
        held.open()
        if decided:
            held.decide("adopted", now())


@pytest.mark.parametrize("deed", DEEDS)
def test_strangers_and_people_whose_place_was_taken_find_nothing(cast: Cast, deed: str) -> None:
    for who in (cast.stranger, cast.revoked):
        with pytest.raises(NotFound):
            DEEDS[deed](who, cast.proposal)


@pytest.mark.parametrize("deed", DEEDS)
def test_an_observer_sees_but_may_not(cast: Cast, deed: str) -> None:
    with pytest.raises(NotPermitted):
        DEEDS[deed](cast.observer, cast.proposal)


@pytest.mark.parametrize("deed", ["revise", "submit", "withdraw"])
def test_a_member_who_is_no_sponsor_may_not_dispose_of_the_text(cast: Cast, deed: str) -> None:
    with pytest.raises(NotPermitted):
        DEEDS[deed](cast.member, cast.proposal)


def test_a_chair_may_change_a_submitted_text_but_not_withdraw_it(cast: Cast) -> None:
    assert DEEDS["revise"](cast.chair, cast.proposal)
    with pytest.raises(NotPermitted):
        DEEDS["withdraw"](cast.chair, cast.proposal)


@pytest.mark.parametrize("deed", [d for d in DEEDS if d not in ("draft", "submit")])
def test_a_draft_is_found_by_its_sponsors_only(world: World, cast: Cast, deed: str) -> None:
    draft = world.draft(cast.room, cast.author)
    for who in (cast.member, cast.chair, cast.stranger):
        with pytest.raises(NotFound):
            DEEDS[deed](who, draft)


@pytest.mark.parametrize("deed", [d for d in DEEDS if d != "draft"])
def test_after_the_decision_nothing_changes(cast: Cast, deed: str) -> None:
    put_to_a_decision(cast.proposal, decided=True)
    who = cast.author if deed in ("revise", "submit", "withdraw") else cast.member
    with pytest.raises(Conflict):
        DEEDS[deed](who, cast.proposal)


@pytest.mark.parametrize("deed", DEEDS)
def test_in_a_closed_room_nothing_changes(world: World, cast: Cast, deed: str) -> None:
    draft = world.draft(cast.room, cast.author)
    with transaction() as tx:
        tx.fetch(Room, cast.room.id).close(now())
    with pytest.raises(Conflict, match="closed"):
        DEEDS[deed](cast.author, draft if deed == "submit" else cast.proposal)


def test_a_text_before_a_decision_keeps_its_wording_but_may_be_endorsed(cast: Cast) -> None:
    put_to_a_decision(cast.proposal)
    for deed in ("revise", "withdraw"):
        with pytest.raises(Conflict):
            DEEDS[deed](cast.author, cast.proposal)
    actions.endorse(cast.member, cast.proposal.id, version=1)
    assert len(queries.endorsements(cast.proposal.id)) == 1


def test_symbols_count_up_in_a_room_and_are_never_given_again(world: World, cast: Cast) -> None:
    actions.withdraw(cast.author, cast.proposal.id, reason="Superseded.")
    later = world.draft(cast.room, cast.author)
    assert cast.proposal.symbol.endswith("/L.1")
    assert later.symbol == cast.proposal.symbol.replace("/L.1", "/L.2")


def test_the_same_key_gives_the_same_draft_and_another_text_is_refused(cast: Cast) -> None:
    first = actions.draft(cast.author, cast.room.id, title="T", clauses=clauses("a"), key="k1")
    again = actions.draft(cast.author, cast.room.id, title="T", clauses=clauses("a"), key="k1")
    assert again.id == first.id
    with pytest.raises(Conflict):
        actions.draft(cast.author, cast.room.id, title="Another", clauses=clauses("a"), key="k1")


def test_clause_keys_stay_the_same_across_versions(cast: Cast) -> None:
    before = versions.wording(cast.proposal, 1).clauses
    kept = versions.sheet_of(versions.wording(cast.proposal, 1)).clauses
    actions.revise(cast.author, cast.proposal.id, base=1, title="Example text", reason="Order.",
                   clauses=[*clauses("Begins."), kept[1], kept[0], kept[0]])
    keys = [clause.key for clause in versions.wording(cast.proposal, 2).clauses]
    assert keys[1:3] == [before[1].key, before[0].key]
    assert len(set(keys)) == 4, "a copy of a clause is a clause of its own"


def test_a_key_of_another_proposal_is_not_taken_over(world: World, cast: Cast) -> None:
    other = versions.sheet_of(versions.wording(world.proposal(cast.room, cast.author, "Elsewhere."), 1)).clauses
    actions.revise(cast.author, cast.proposal.id, base=1, title="T", clauses=other, reason="r")
    assert versions.wording(cast.proposal, 2).clauses[0].key != other[0].key


def test_a_reason_is_asked_for_once_the_text_is_submitted(world: World, cast: Cast) -> None:
    draft = world.draft(cast.room, cast.author)
    assert actions.revise(cast.author, draft.id, base=1, title="T", clauses=clauses("b")).version == 2
    with pytest.raises(Invalid) as refusal:
        actions.revise(cast.author, cast.proposal.id, base=1, title="T", clauses=clauses("b"))
    assert refusal.value.field == "reason"
    assert queries.find(cast.proposal.id, cast.author).proposal.version == 1


def test_saving_what_stands_there_already_makes_no_version(cast: Cast) -> None:
    same = versions.sheet_of(versions.wording(cast.proposal, 1))
    with pytest.raises(Invalid, match="Nothing was changed"):
        actions.revise(cast.author, cast.proposal.id, base=1, title=same.title, clauses=same.clauses, reason="r")


def test_a_stale_save_is_refused(cast: Cast) -> None:
    actions.revise(cast.author, cast.proposal.id, base=1, title="T", clauses=clauses("b"), reason="r")
    with pytest.raises(Conflict, match="changed"):
        actions.revise(cast.author, cast.proposal.id, base=1, title="T", clauses=clauses("c"), reason="r")


@pytest.mark.parametrize(("wrong", "field"), [
    (clauses(), "text-1"), (clauses(""), "text-1"), (clauses("x" * 4_001), "text-1"),
    (clauses(*"x" * 61), "form"), (clauses(*["x" * 3_999] * 11), "form"),
])
def test_a_text_out_of_bounds_is_refused_whatever_the_door(cast: Cast, wrong: list, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.draft(cast.author, cast.room.id, title="T", clauses=wrong)
    assert refusal.value.field == field


def test_endorsing_twice_is_one_endorsement_and_one_fact(cast: Cast) -> None:
    for _ in range(2):
        actions.endorse(cast.member, cast.proposal.id, version=1)
    assert list(queries.endorsements(cast.proposal.id)) == [voice_id_of(cast.room.id, cast.member)]
    assert kinds(cast.room).count("proposal.endorsed") == 1


def test_an_endorsement_speaks_of_the_wording_that_was_read(cast: Cast) -> None:
    actions.endorse(cast.member, cast.proposal.id, version=1)
    actions.revise(cast.author, cast.proposal.id, base=1, title="T", clauses=clauses("b"), reason="r")
    assert list(queries.endorsements(cast.proposal.id).values()) == [1]
    with pytest.raises(Conflict):
        actions.endorse(cast.member, cast.proposal.id, version=1)
    actions.endorse(cast.member, cast.proposal.id, version=2)
    assert list(queries.endorsements(cast.proposal.id).values()) == [2]


def test_an_endorsement_can_be_taken_back_and_given_again(cast: Cast) -> None:
    for expected in (1, 1):
        actions.endorse(cast.member, cast.proposal.id, version=1)
        assert len(queries.endorsements(cast.proposal.id)) == expected
        actions.withdraw_endorsement(cast.member, cast.proposal.id)
        assert queries.endorsements(cast.proposal.id) == {}


def test_a_sponsor_does_not_endorse_and_an_endorser_may_become_a_sponsor(cast: Cast) -> None:
    with pytest.raises(Conflict):
        actions.endorse(cast.author, cast.proposal.id, version=1)
    actions.endorse(cast.member, cast.proposal.id, version=1)
    for _ in range(2):
        actions.sponsor(cast.member, cast.proposal.id)
    seen = queries.find(cast.proposal.id, cast.member)
    assert len(seen.proposal.sponsors) == 2
    assert queries.endorsements(cast.proposal.id) == {}
    assert "revise" in queries.possible(seen)
    assert kinds(cast.room).count("proposal.sponsored") == 1


def test_a_draft_given_up_stays_unseen(world: World, cast: Cast) -> None:
    draft = world.draft(cast.room, cast.author)
    actions.withdraw(cast.author, draft.id, reason="Given up.")
    assert queries.find(draft.id, cast.author).proposal.state is ProposalState.WITHDRAWN
    for who in (cast.member, cast.chair, None):
        with pytest.raises(NotFound):
            queries.find(draft.id, who)


def test_wordings_from_before_the_submission_are_the_sponsors_own(world: World, cast: Cast) -> None:
    draft = world.draft(cast.room, cast.author, "A secret first thought.")
    actions.revise(cast.author, draft.id, base=1, title="T", clauses=clauses("What is put forward."))
    actions.submit(cast.author, draft.id)
    reader = queries.find(draft.id, cast.member)
    assert [line.number for line in versions.lines(reader)] == [2]
    for read in (lambda: versions.version(reader, 1), lambda: versions.changes(reader, 1, 2)):
        with pytest.raises(NotFound):
            read()
    assert [line.number for line in versions.lines(queries.find(draft.id, cast.author))] == [2, 1]


def test_members_learn_nothing_of_a_draft_from_the_record(world: World, cast: Cast) -> None:
    draft = world.draft(cast.room, cast.author)
    actions.revise(cast.author, draft.id, base=1, title="T", clauses=clauses("b"))
    actions.withdraw(cast.author, draft.id, reason="Given up.")
    found = entries(cast.room.id, after=0)
    for audience in Audience:
        assert draft.id not in str(present(found, audience))
    assert cast.proposal.id in str(present(found, Audience.MEMBERS))


def test_every_deed_is_recorded_once(cast: Cast) -> None:
    actions.endorse(cast.member, cast.proposal.id, version=1)
    actions.revise(cast.author, cast.proposal.id, base=1, title="T", clauses=clauses("b"), reason="r")
    actions.withdraw(cast.author, cast.proposal.id, reason="Superseded.")
    assert kinds(cast.room) == ["proposal.drafted", "proposal.submitted", "proposal.endorsed", "proposal.revised",
                                "proposal.withdrawn"]


def test_no_entry_names_an_endorser(cast: Cast) -> None:
    actions.endorse(cast.member, cast.proposal.id, version=1)
    voice_id = voice_id_of(cast.room.id, cast.member)
    data = [str(entry.data) for entry in entries(cast.room.id, after=0) if entry.kind == "proposal.endorsed"]
    assert data
    assert voice_id
    assert voice_id not in "".join(data)


def test_a_refused_deed_leaves_no_entry(cast: Cast) -> None:
    before = kinds(cast.room)
    for deed in ("submit", "endorse"):
        with pytest.raises(DomainError):
            DEEDS[deed](cast.author, cast.proposal)
    assert kinds(cast.room) == before
    assert db.session().scalars(select(Proposal)).all()
