"""Who may change the agenda, and what a change leaves behind."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from dialogue.accounts.models import Person
from dialogue.agenda import actions, history, queries
from dialogue.agenda.milestones import actions as milestones
from dialogue.agenda.models import AgendaItem, ChampionRole, MilestoneStatus, Stage
from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.core.errors import Conflict, Invalid, NotFound, NotPermitted, NotSignedIn
from dialogue.core.record import AGENDA, entries
from dialogue.core.thread import Ref, walk
from dialogue.outcomes.models import OutcomeState
from dialogue.rooms.models import Access, RoomRole
from tests.agenda.conftest import Agenda
from tests.world import World

pytestmark = pytest.mark.each_database("one rating a rater, one item an outcome")

Deed = Callable[[Any, Agenda, AgendaItem], object]
RATING = {"urgency": 3, "feasibility": 3, "cost": 3, "rationale": "Because."}


def edit(person: Any, agenda: Agenda, item: AgendaItem) -> object:
    return actions.edit_item(person, item.id, base=item.revision, **agenda.fields())


def move(person: Any, _agenda: Agenda, item: AgendaItem) -> object:
    return actions.move(person, item.id, stage=Stage.DRAFT)


def rate(person: Any, _agenda: Agenda, item: AgendaItem) -> object:
    return actions.rate(person, item.id, **RATING)


def join(person: Any, agenda: Agenda, item: AgendaItem) -> object:
    return actions.join_outcome(person, item.id, outcome_id=agenda.outcome().id)


def champion(person: Any, agenda: Agenda, item: AgendaItem) -> object:
    return actions.add_champion(person, item.id, actor_id=agenda.world.actor().id, role=ChampionRole.CO)


def unchampion(person: Any, agenda: Agenda, item: AgendaItem) -> object:
    return actions.remove_champion(person, item.id, actor_id=agenda.actor(item).id)


def milestone(person: Any, agenda: Agenda, item: AgendaItem) -> object:
    return milestones.add_milestone(person, item.id, statement="A step", due=agenda.in_days(9))


def rewrite(person: Any, agenda: Agenda, item: AgendaItem) -> object:
    return milestones.edit_milestone(person, agenda.milestone(item).id, base=0, statement="Other", due=agenda.today)


def report(person: Any, agenda: Agenda, item: AgendaItem) -> object:
    return milestones.report(person, agenda.milestone(item).id, status=MilestoneStatus.AT_RISK, note="Slow.")


DEEDS = [edit, move, rate, join, champion, unchampion, milestone, rewrite, report]


@pytest.mark.parametrize("deed", DEEDS)
def test_changing_an_item_requires_a_sign_in(agenda: Agenda, deed: Deed) -> None:
    with pytest.raises(NotSignedIn):
        deed(None, agenda, agenda.item())


@pytest.mark.parametrize("deed", DEEDS)
def test_a_stranger_cannot_change_an_item(agenda: Agenda, deed: Deed) -> None:
    item = agenda.item()
    with pytest.raises(NotPermitted):
        deed(agenda.world.person(), agenda, item)


@pytest.mark.parametrize("deed", DEEDS)
def test_the_chair_of_a_room_has_no_power_over_the_agenda(agenda: Agenda, deed: Deed) -> None:
    chair = agenda.world.member(agenda.world.room(), RoomRole.CHAIR)
    with pytest.raises(NotPermitted):
        deed(chair, agenda, agenda.item())


@pytest.mark.parametrize("deed", DEEDS)
def test_a_champion_changes_their_own_item(agenda: Agenda, deed: Deed) -> None:
    item = agenda.item()
    assert deed(agenda.champion(item), agenda, queries.item(item.id))


@pytest.mark.parametrize("deed", DEEDS)
def test_a_champion_cannot_change_another_item(agenda: Agenda, deed: Deed) -> None:
    person = agenda.champion(agenda.item())
    with pytest.raises(NotPermitted):
        deed(person, agenda, agenda.item())


@pytest.mark.parametrize("deed", DEEDS)
def test_a_champion_that_was_taken_off_changes_nothing_any_more(agenda: Agenda, deed: Deed) -> None:
    item = agenda.item()
    person = agenda.champion(item)
    assert person.actor_id
    actions.remove_champion(agenda.world.convenor, item.id, actor_id=person.actor_id)
    with pytest.raises(NotPermitted):
        deed(person, agenda, item)


@pytest.mark.parametrize("deed", DEEDS)
def test_who_comes_in_a_personal_capacity_is_no_champion(agenda: Agenda, deed: Deed) -> None:
    item = agenda.item()
    person = agenda.world.person(actor=agenda.actor(item), capacity=Capacity.PERSONAL)
    with pytest.raises(NotPermitted):
        deed(person, agenda, item)


def test_only_a_convenor_brings_an_item_on(agenda: Agenda) -> None:
    for person, refusal in ((None, NotSignedIn), (agenda.champion(agenda.item()), NotPermitted)):
        with pytest.raises(refusal):
            actions.add_item(person, **agenda.fields(), stage=Stage.IDEA)  # type: ignore[arg-type]


def test_an_adopted_outcome_becomes_an_item(agenda: Agenda) -> None:
    outcome = agenda.outcome()
    item = agenda.item(outcome_id=outcome.id)
    told = walk(Ref("agenda_item", item.id), None)
    assert [node.ref.id for node in told["outcome"]] == [outcome.id]


@pytest.mark.parametrize(("state", "verdict"), [
    (OutcomeState.SIGNED, "adopted"), (OutcomeState.PUBLISHED, "not_adopted"), (OutcomeState.PUBLISHED, "no_quorum")])
def test_only_what_was_adopted_and_published_feeds_the_agenda(
        agenda: Agenda, state: OutcomeState, verdict: str) -> None:
    room = agenda.world.room(access=Access.OPEN)
    chair = agenda.world.member(room, RoomRole.CHAIR)
    item = agenda.item()
    outcome = agenda.outcome(room, state=state, verdict=verdict)
    person = chair if state is OutcomeState.SIGNED else agenda.world.convenor
    refusal = NotPermitted if person is chair else Conflict
    with pytest.raises(refusal):
        actions.join_outcome(person, item.id, outcome_id=outcome.id)
    assert "outcome" not in walk(Ref("agenda_item", item.id), None)


def test_a_draft_of_a_room_one_is_not_in_is_not_found(agenda: Agenda) -> None:
    outcome = agenda.outcome(agenda.world.room(AttributionRule.CLOSED), state=OutcomeState.DRAFT)
    before = len(entries(AGENDA, after=0))
    with pytest.raises(NotFound):
        agenda.item(outcome_id=outcome.id)
    assert len(entries(AGENDA, after=0)) == before


def test_an_outcome_feeds_an_item_once(agenda: Agenda) -> None:
    item, outcome = agenda.item(), agenda.outcome()
    actions.join_outcome(agenda.world.convenor, item.id, outcome_id=outcome.id)
    with pytest.raises(Conflict):
        actions.join_outcome(agenda.world.convenor, item.id, outcome_id=outcome.id)


def test_pressed_twice_it_is_one_item(agenda: Agenda) -> None:
    fields = {**agenda.fields(), "stage": Stage.IDEA, "key": "once"}
    first = actions.add_item(agenda.world.convenor, **fields)
    assert actions.add_item(agenda.world.convenor, **fields).id == first.id
    assert len(db.session().scalars(select(AgendaItem.id)).all()) == 1


def test_a_stale_editor_is_told(agenda: Agenda) -> None:
    item = agenda.item()
    actions.edit_item(agenda.world.convenor, item.id, base=1, **agenda.fields(title="First"))
    with pytest.raises(Conflict):
        actions.edit_item(agenda.world.convenor, item.id, base=1, **agenda.fields(title="Second"))
    assert queries.item(item.id).title == "First"


def test_saving_what_stands_there_is_no_change(agenda: Agenda) -> None:
    fields = agenda.fields()
    item = actions.add_item(agenda.world.convenor, **fields, stage=Stage.IDEA)
    actions.edit_item(agenda.world.convenor, item.id, base=1, **fields)
    assert [change.kind for change in history.changes_of(item.id)] == ["item.added"]


def test_parking_needs_a_reason_and_a_day(agenda: Agenda) -> None:
    item = agenda.item()
    for more, field in (({}, "note"), ({"note": "Too early."}, "review_on")):
        with pytest.raises(Invalid) as refused:
            actions.move(agenda.world.convenor, item.id, stage=Stage.PARKED, **more)
        assert refused.value.field == field
    day = agenda.in_days(400)
    parked = actions.move(agenda.world.convenor, item.id, stage=Stage.PARKED, note="Too early.", review_on=day)
    assert (parked.stage, parked.stage_note, parked.review_on) == (Stage.PARKED, "Too early.", day)


def test_an_item_is_not_moved_to_where_it_is(agenda: Agenda) -> None:
    with pytest.raises(Conflict):
        actions.move(agenda.world.convenor, agenda.item().id, stage=Stage.IDEA)


def test_a_rater_has_one_rating_and_may_change_it(agenda: Agenda) -> None:
    item = agenda.item()
    agenda.rate(item, 1, 2, 3)
    agenda.rate(item, 5, 4, 3)
    assert [(r.urgency, r.feasibility, r.cost) for r in queries.item(item.id).ratings] == [(5, 4, 3)]


@pytest.mark.parametrize("name", ["urgency", "feasibility", "cost"])
@pytest.mark.parametrize("value", [0, 6])
def test_a_rating_off_the_scale_is_refused_at_its_field(agenda: Agenda, name: str, value: int) -> None:
    with pytest.raises(Invalid) as refused:
        actions.rate(agenda.world.convenor, agenda.item().id, **{**RATING, name: value})  # type: ignore[arg-type]
    assert refused.value.field == name


def test_leadership_across_the_sets_is_seen(agenda: Agenda) -> None:
    item = agenda.item()
    seen = []
    for actor_set in (ActorSet.STATE, ActorSet.STATE, ActorSet.CIVIL_SOCIETY):
        agenda.actor(item, actor_set)
        seen.append(queries.item(item.id).is_championed_across_sets)
    assert seen == [False, False, True]


def test_an_actor_champions_an_item_once(agenda: Agenda) -> None:
    item = agenda.item()
    actor = agenda.actor(item)
    with pytest.raises(Conflict):
        actions.add_champion(agenda.world.convenor, item.id, actor_id=actor.id, role=ChampionRole.CO)


def test_who_does_not_champion_cannot_be_taken_off(agenda: Agenda) -> None:
    with pytest.raises(Conflict):
        actions.remove_champion(agenda.world.convenor, agenda.item().id, actor_id=agenda.world.actor().id)


@pytest.mark.parametrize("status", [MilestoneStatus.MET, MilestoneStatus.MISSED])
def test_an_end_needs_a_word_on_it(agenda: Agenda, status: MilestoneStatus) -> None:
    milestone = agenda.milestone(agenda.item())
    with pytest.raises(Invalid) as refused:
        milestones.report(agenda.world.convenor, milestone.id, status=status, publisher="P", url="https://example.org")
    assert refused.value.field == "note"


def test_an_address_needs_its_publisher(agenda: Agenda) -> None:
    milestone = agenda.milestone(agenda.item())
    with pytest.raises(Invalid) as refused:
        milestones.report(agenda.world.convenor, milestone.id, status=MilestoneStatus.ON_TRACK, note="Good.",
                          url="https://example.org")
    assert refused.value.field == "publisher"


def test_the_thread_leads_from_the_outcome_to_the_evidence(agenda: Agenda) -> None:
    outcome = agenda.outcome()
    milestone = agenda.milestone(agenda.item(outcome_id=outcome.id))
    milestones.report(agenda.world.convenor, milestone.id, status=MilestoneStatus.MET, note="It was held.",
                      publisher="Example Gazette", url="https://example.org/held")
    told = walk(Ref("outcome", outcome.id), None)
    assert list(told) == ["outcome", "agenda_item", "milestone", "evidence"]
    assert [(node.title, node.state) for node in told["evidence"]] == [("Example Gazette", "met")]


def test_a_report_pressed_twice_is_one_report(agenda: Agenda) -> None:
    item = agenda.item()
    milestone = agenda.milestone(item)
    for _ in range(2):
        milestones.report(agenda.world.convenor, milestone.id, status=MilestoneStatus.AT_RISK, note="Slow.", key="k")
    assert [len(each.evidence) for each in queries.item(item.id).milestones] == [1]


def test_every_change_is_kept_under_its_number_in_the_record(agenda: Agenda, world: World) -> None:
    item = agenda.item()
    for deed in DEEDS:
        deed(world.convenor, agenda, queries.item(item.id))
    recorded = entries(AGENDA, after=0)
    kept = history.newest_changes(limit=100)
    assert [(e.seq, e.kind) for e in recorded] == [(change.seq, change.kind) for change in reversed(kept)]
    assert {e.kind for e in recorded} == {event.kind for event in queries.EVENTS}


def test_a_change_keeps_what_stood_there(agenda: Agenda) -> None:
    item = agenda.item(forum="Here")
    fields = {"title": item.title, "review_on": item.review_on, "forum": "There"}
    actions.edit_item(agenda.world.convenor, item.id, base=1, **agenda.fields(**fields))
    newest = history.changes_of(item.id)[0]
    assert (newest.before, newest.after) == ({"forum": "Here"}, {"forum": "There"})


def test_a_person_is_never_named_in_the_record(agenda: Agenda) -> None:
    item = agenda.item()
    person: Person = agenda.champion(item)
    actions.rate(person, item.id, **RATING)
    assert not any(person.id in str(entry.data) or person.name in str(entry.data)
                   for entry in entries(AGENDA, after=0))
