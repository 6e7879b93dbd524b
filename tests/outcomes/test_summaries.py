"""Each sentence of a summary points to what was said, and tells nothing that may not leave the room."""

import threading

import pytest

from dialogue.accounts.models import Person
from dialogue.core import tasks
from dialogue.core.db import session
from dialogue.core.errors import Conflict, Invalid, NotPermitted
from dialogue.core.thread import Ref, beside
from dialogue.outcomes import actions, drafting
from dialogue.outcomes.actions import Written
from dialogue.outcomes.models import Outcome
from dialogue.outcomes.summarising import Sentence
from dialogue.rooms.contributions import actions as contributions
from dialogue.rooms.contributions.models import Contribution
from tests.outcomes.conftest import Sitting

pytestmark = pytest.mark.each_database("queries over the sources")


def drafted(sitting: Sitting) -> Outcome:
    """The record with its summary drafted."""
    outcome = sitting.decided()
    assert drafting.draft_due() == 1
    return sitting.again(outcome)


def save(sitting: Sitting, outcome: Outcome, *summary: Written, title: str = "A standing briefing",
         by: Person | None = None) -> Outcome:
    """Save, as the rapporteur unless told otherwise."""
    base = sitting.again(outcome).revision
    return actions.edit(by or sitting.rapporteur, outcome.id, base=base, title=title, summary=summary)


def test_each_drafted_sentence_was_said_in_its_first_source(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    said = {c.id: c.text for c in session().query(Contribution)}
    assert outcome.summary
    for point in outcome.summary:
        assert point.text in said[point.sources[0].source_id]


def test_a_draft_is_written_once(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    drafting.finish(outcome.id)
    assert drafting.draft_due() == 0
    assert sitting.again(outcome).revision == outcome.revision


def test_a_new_record_wakes_the_task_that_drafts(sitting: Sitting) -> None:
    [task] = [task for task in tasks.registered() if task.work is drafting.draft_due]
    task.wake.clear()
    outcome = sitting.decided()
    assert task.wake.is_set()
    assert task.is_due()
    assert tasks.run(task)
    assert sitting.again(outcome).summary
    assert not task.is_due()


def test_a_summary_that_cannot_be_drafted_leaves_the_others(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = sitting.decided(), sitting.decided()
    compose = drafting.compose

    def break_first(outcome_id: str) -> list[Sentence]:
        if outcome_id == first.id:
            raise RuntimeError("broken")
        return compose(outcome_id)

    monkeypatch.setattr(drafting, "compose", break_first)
    with pytest.raises(tasks.SomeFailed):
        drafting.draft_due()
    assert sitting.again(second).summary
    monkeypatch.undo()
    assert drafting.draft_due() == 1


def test_no_request_starts_a_thread(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitting.world.app, "testing", False)
    sitting.decided()
    before = set(threading.enumerate())
    assert sitting.world.browser().get("/outcomes").status_code == 200
    assert set(threading.enumerate()) <= before


def test_a_draft_never_overwrites_a_persons_words(sitting: Sitting) -> None:
    outcome = sitting.decided()
    number = session().query(Contribution).first().seq
    save(sitting, outcome, Written("new", "points", "My own words.", (f"#{number}",)))
    drafting.finish(outcome.id)
    assert [point.text for point in sitting.again(outcome).summary] == ["My own words."]


def test_what_names_a_participant_is_not_drafted(chatham: Sitting) -> None:
    chatham.say("Ariadne agrees that the early warning briefing should be held in public every month.")
    outcome = drafted(chatham)
    assert outcome.summary
    assert not any("Ariadne" in point.text for point in outcome.summary)


def test_no_word_of_a_closed_room_is_drafted_or_written(closed_doors: Sitting) -> None:
    outcome = drafted(closed_doors)
    assert outcome.summary == []
    number = str(session().query(Contribution).first().seq)
    with pytest.raises(Invalid) as refused:
        save(closed_doors, outcome, Written("new", "points", "A word.", (number,)))
    assert refused.value.field == "form"


def test_a_refused_text_does_not_say_which_names_are_in_the_room(chatham: Sitting) -> None:
    outcome = drafted(chatham)
    number = str(session().query(Contribution).first().seq)
    with pytest.raises(Invalid) as refused:
        save(chatham, outcome, Written("new", "points", "As Ms Exampleborough said.", (number,)), by=chatham.chair)
    assert refused.value.field == "text-new"
    assert "xampleborough" not in str(refused.value.message)
    with pytest.raises(Invalid) as refused:
        save(chatham, outcome, title="What ariadne and Nobody Present want", by=chatham.chair)
    assert refused.value.field == "title"
    assert "ariadne" not in str(refused.value.message).casefold()
    with pytest.raises(Invalid) as refused:
        actions.draft_session(chatham.chair, chatham.room.id, title="What ariadne and Nobody Present want")
    assert "ariadne" not in str(refused.value.message).casefold()


def test_a_name_in_letters_that_look_like_its_own_is_refused(chatham: Sitting) -> None:
    outcome = drafted(chatham)
    for title in ("What \u0410riadne wants", "What ari\u0430dn\u0435 wants", "What \uff21riadne wants"):
        with pytest.raises(Invalid):
            save(chatham, outcome, title=title, by=chatham.chair)


@pytest.mark.parametrize("name", ["Ariadne Exampleborough", "Nobody Present"])
def test_a_rapporteur_gets_the_same_answer_for_absent_and_present_names(chatham: Sitting, name: str) -> None:
    saved = save(chatham, drafted(chatham), title=f"What {name} wants")
    assert saved.title == f"What {name} wants"
    begun = actions.draft_session(chatham.rapporteur, chatham.room.id, title=f"A sitting with {name}")
    assert begun.title == f"A sitting with {name}"


def test_a_record_that_names_a_participant_is_not_signed(chatham: Sitting) -> None:
    saved = save(chatham, drafted(chatham), title="What Ariadne wants")
    with pytest.raises(Invalid) as refused:
        actions.sign(chatham.chair, saved.id, revision=saved.revision)
    assert "title" in str(refused.value.message)
    assert chatham.again(saved).signed_at is None


def test_a_draft_leaves_out_every_known_name_wherever_its_owner_is(chatham: Sitting) -> None:
    chatham.world.person(name="Zeno Quillfeather")
    chatham.say("Zeno agrees that the early warning briefing should be held in public every month.")
    chatham.say("Quillfeather agrees that the early warning briefing should be held in public each year.")
    outcome = drafted(chatham)
    assert outcome.summary
    assert not any("Zeno" in point.text or "Quillfeather" in point.text for point in outcome.summary)


def test_a_later_member_is_not_named_either(chatham: Sitting) -> None:
    outcome = drafted(chatham)
    saved = save(chatham, outcome, title="The Quillfeather question")
    actions.sign(chatham.chair, outcome.id, revision=saved.revision)
    chatham.world.member(chatham.room, name="Zeno Quillfeather")
    with pytest.raises(Invalid):
        actions.publish(chatham.chair, outcome.id)
    assert chatham.again(outcome).published_at is None


def test_a_correction_may_not_name_a_person(chatham: Sitting) -> None:
    outcome = drafted(chatham)
    actions.sign(chatham.chair, outcome.id, revision=outcome.revision)
    actions.publish(chatham.chair, outcome.id)
    for text in ("Write to someone@example.org.", "As Ariadne said."):
        with pytest.raises(Invalid) as refused:
            actions.correct(chatham.chair, outcome.id, text=text)
        assert "riadne" not in str(refused.value.message)


@pytest.mark.parametrize("text", ["As Ariadne said.", "As Nobody Present said.", "For two read three."])
def test_a_rapporteur_corrects_nothing_where_people_are_hidden(chatham: Sitting, text: str) -> None:
    outcome = drafted(chatham)
    actions.sign(chatham.chair, outcome.id, revision=outcome.revision)
    actions.publish(chatham.chair, outcome.id)
    with pytest.raises(NotPermitted):
        actions.correct(chatham.rapporteur, outcome.id, text=text)
    assert "Correct this record" not in chatham.browser(chatham.rapporteur).get(outcome.address).text
    assert "Correct this record" in chatham.browser(chatham.chair).get(outcome.address).text


def test_a_sentence_points_to_at_least_one_contribution_of_this_room(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    for sources in ((), ("9999",), ("Q1",), ("nonsense",)):
        with pytest.raises(Invalid) as refused:
            save(sitting, outcome, Written("new", "points", "Out of thin air.", sources))
        assert refused.value.field == "sources-new"


def test_another_rooms_contribution_is_no_source(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    elsewhere = Sitting(sitting.world).say("Said elsewhere.")
    with pytest.raises(Invalid):
        save(sitting, outcome, Written("new", "points", "From elsewhere.", (elsewhere.id,)))


def test_a_source_is_given_by_number_or_by_address(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    first, second = session().query(Contribution).order_by(Contribution.seq).limit(2)
    words = (f"#{first.seq}", f"https://dialogue.example/contributions/{second.id}")
    saved = save(sitting, outcome, Written("new", "points", "From two.", words))
    assert [source.source_id for source in saved.summary[0].sources] == [first.id, second.id]


def test_a_sentence_that_stays_keeps_its_place_in_the_database(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    kept = outcome.summary[0]
    number = str(session().get(Contribution, kept.sources[0].source_id).seq)
    saved = save(sitting, outcome, Written(kept.id, "themes", "Reworded.", (number,)))
    assert [(point.id, point.text) for point in sitting.again(saved).summary] == [(kept.id, "Reworded.")]


def test_saving_over_another_persons_change_is_refused(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    base = outcome.revision
    save(sitting, outcome, title="First")
    with pytest.raises(Conflict):
        actions.edit(sitting.chair, outcome.id, base=base, title="Second", summary=[])
    assert sitting.again(outcome).title == "First"


def test_a_summary_is_drafted_again_only_where_none_stands(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    with pytest.raises(Conflict):
        actions.draft_summary(sitting.rapporteur, outcome.id)
    save(sitting, outcome)
    assert actions.draft_summary(sitting.rapporteur, outcome.id).summary


def test_publication_ties_the_outcome_to_what_it_cites(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    actions.sign(sitting.chair, outcome.id, revision=outcome.revision)
    actions.publish(sitting.chair, outcome.id)
    here = Ref("outcome", outcome.id)
    cited = {ref for _link, ref in beside([here], back=True)[here] if ref.kind == "contribution"}
    assert cited == set(outcome.cited)


def test_the_sitting_begins_after_the_last_outcome(sitting: Sitting) -> None:
    drafted(sitting)
    later = sitting.say("A later word about quite another matter, the veto in cases of atrocity.")
    made = actions.draft_session(sitting.chair, sitting.room.id, title="Second sitting")
    drafting.draft_due()
    assert sitting.again(made).cited == [Ref("contribution", later.id)]


def test_what_is_taken_back_leaves_the_draft(sitting: Sitting) -> None:
    outcome = drafted(sitting)
    gone = outcome.summary[0].sources[0].source_id
    contributions.retract(sitting.speaker, gone)
    after = sitting.again(outcome)
    assert Ref("contribution", gone) not in after.cited
    assert all(point.sources for point in after.summary)


def test_the_draft_of_an_empty_room_is_empty(sitting: Sitting) -> None:
    outcome = sitting.outcome_of(sitting.ballot())
    drafting.finish(outcome.id)
    found = sitting.again(outcome)
    assert found.summary == []
    assert found.summarised_at


