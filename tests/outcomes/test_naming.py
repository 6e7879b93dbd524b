"""Short forms of the names of States and organisations do not leave a room that hides people."""

import html
import re
from datetime import timedelta

import pytest

from dialogue.accounts import actions as accounts
from dialogue.accounts.models import Person, Subtype
from dialogue.agenda import actions as agenda
from dialogue.agenda.milestones import actions as milestones
from dialogue.agenda.models import LegalRoute, MilestoneStatus, Pace, Stage
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.core.clock import now
from dialogue.core.db import session
from dialogue.core.names.refusal import Named
from dialogue.core.transaction import transaction
from dialogue.outcomes import actions, drafting
from dialogue.outcomes.actions import Written
from dialogue.outcomes.models import Outcome
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import RoomRole
from dialogue.rooms.settings import actions as settings
from dialogue.votes import actions as votes
from dialogue.votes.models import Terms, Visibility
from dialogue.votes.rules import Rule
from tests.outcomes.conftest import Sitting
from tests.world import World

PRESENT = (("Kingdom of Sarveth", ActorSet.STATE), ("Harbour Forum (invented NGO)", ActorSet.CIVIL_SOCIETY),
           ("United Kingdom of Great Britain and Northern Ireland", ActorSet.STATE),
           ("French Republic", ActorSet.STATE))
ABSENT = (("Republic of Tuvala", ActorSet.STATE), ("Lantern Watch Coalition", ActorSet.CIVIL_SOCIETY))
SHORT = ("Harbour Forum can collect the reports.", "Sarveth was concerned.", "The UK agreed.",
         "The United Kingdom agreed.", "The French delegation agreed.", "The Sarvethi text at sarveth.example/a.pdf",
         "HF will host.")
SUBTYPES = {ActorSet.STATE: Subtype.STATE, ActorSet.CIVIL_SOCIETY: Subtype.NGO}


def a_source() -> str:
    """The number of something that was said."""
    return str(session().query(Contribution).first().seq)


class Delegations(Sitting):
    """A sitting under the Chatham House Rule with delegates of four actors, where two more actors are known."""

    def __init__(self, world: World) -> None:
        super().__init__(world, AttributionRule.CHATHAM_HOUSE)
        for name, kind in PRESENT:
            self.enter(name, kind)
        for name, kind in ABSENT:
            self.actor(name, kind)

    def actor(self, name: str, kind: ActorSet) -> str:
        """An actor; its id."""
        return accounts.add_actor(self.world.convenor, name=name, actor_set=kind, subtype=SUBTYPES[kind]).id

    def enter(self, name: str, kind: ActorSet) -> Person:
        """A delegate of an actor takes a place."""
        delegate = self.world.person(name=f"Delegate {len(name)}x")
        rooms.give_place(self.world.convenor, self.room.id, to=delegate.id, actor_id=self.actor(name, kind),
                         capacity=Capacity.OFFICIAL, role=RoomRole.PARTICIPANT, may_vote=True)
        rooms.acknowledge(delegate, self.room.id, rule=self.room.attribution)
        return delegate

    def drafted(self) -> Outcome:
        """A session's record with its draft."""
        self.discuss()
        made = actions.draft_session(self.chair, self.room.id, title="The second sitting")
        drafting.draft_due()
        return self.again(made)

    def write(self, outcome: Outcome, text: str, by: Person, **more: bool) -> Outcome:
        """Save one sentence."""
        number = a_source()
        return actions.edit(by, outcome.id, base=self.again(outcome).revision, title="The second sitting",
                            summary=[Written("new", "points", text, (number,))], **more)


@pytest.fixture
def delegations(world: World) -> Delegations:
    """A sitting with delegations."""
    return Delegations(world)


def test_a_draft_leaves_out_short_forms(delegations: Delegations) -> None:
    for text in ("Harbour Forum can collect the early warning reports of the Commission every month.",
                 "Sarveth was concerned that the early warning briefing would cost it its investors.",
                 "The UK agreed that the early warning briefing should be held in public each month."):
        delegations.say(text)
    written = " ".join(point.text for point in delegations.drafted().summary)
    assert written
    assert not any(name in written for name in ("Harbour", "Sarveth", "UK"))


@pytest.mark.parametrize("text", SHORT)
@pytest.mark.parametrize("who", ["chair", "rapporteur"])
def test_a_short_form_is_refused_in_a_sentence_and_in_a_title(delegations: Delegations, text: str, who: str) -> None:
    outcome, writer = delegations.drafted(), getattr(delegations, who)
    with pytest.raises(Named) as refused:
        delegations.write(outcome, text, writer)
    assert list(refused.value.wrong) == ["text-new"]
    with pytest.raises(Named) as refused:
        actions.draft_session(writer, delegations.room.id, title=text)
    assert list(refused.value.wrong) == ["title"]


def test_a_rapporteur_gets_the_same_answer_for_present_and_absent_actors(delegations: Delegations) -> None:
    outcome = delegations.drafted()
    answers = []
    for name in ("Sarveth", "Tuvala", "Harbour Forum", "Lantern Watch"):
        with pytest.raises(Named) as refused:
            delegations.write(outcome, f"{name} agreed.", delegations.rapporteur)
        marked = [piece.text for piece in refused.value.marked["text-new"] if piece.is_marked]
        answers.append((str(refused.value.message), marked == [name], refused.value.can_be_vouched))
    assert len(set(answers)) == 1


def test_a_refusal_marks_absent_actors_as_it_marks_present_ones(delegations: Delegations) -> None:
    with pytest.raises(Named) as refused:
        delegations.write(delegations.drafted(), "Sarveth and Tuvala agreed.", delegations.chair)
    assert [piece.text for piece in refused.value.marked["text-new"] if piece.is_marked] == ["Sarveth", "Tuvala"]
    assert "Sarveth" not in str(refused.value.message)


def test_a_person_is_not_marked_among_other_words_of_the_sentence(delegations: Delegations) -> None:
    with pytest.raises(Named) as refused:
        delegations.write(delegations.drafted(), "It was late. Ariadne and Nobody Present agreed. All left.",
                          delegations.chair)
    marked = [piece.text for piece in refused.value.marked["text-new"] if piece.is_marked]
    assert marked == ["Ariadne and Nobody Present agreed."]


def test_a_rapporteur_answers_for_a_state_that_is_the_subject(delegations: Delegations) -> None:
    outcome = delegations.drafted()
    saved = delegations.write(outcome, "The briefing on Tuvala comes first.", delegations.rapporteur, vouched=True)
    assert saved.summary[0].text == "The briefing on Tuvala comes first."
    again = actions.edit(delegations.rapporteur, outcome.id, base=saved.revision, title="A new title", summary=[
        Written(saved.summary[0].id, "points", saved.summary[0].text, (a_source(),))])  # Not asked about again.
    assert actions.sign(delegations.chair, outcome.id, revision=again.revision).signed_at


def test_what_a_rapporteur_answered_for_is_still_judged_at_the_signature(delegations: Delegations) -> None:
    saved = delegations.write(delegations.drafted(), "Sarveth was concerned.", delegations.rapporteur, vouched=True)
    with pytest.raises(Named) as refused:
        actions.sign(delegations.chair, saved.id, revision=saved.revision)
    assert list(refused.value.wrong) == [f"text-{saved.summary[0].id}"]
    page = delegations.browser(delegations.chair).post(f"{saved.address}/sign", revision=saved.revision)
    assert page.status_code == 422
    assert "<mark>Sarveth</mark> was concerned." in page.text


def test_a_chair_may_speak_of_an_actor_that_takes_no_part(delegations: Delegations) -> None:
    saved = delegations.write(delegations.drafted(), "Tuvala is to be briefed.", delegations.chair)
    assert saved.summary[0].text == "Tuvala is to be briefed."


def test_a_correction_names_no_short_form(delegations: Delegations) -> None:
    outcome = delegations.drafted()
    actions.sign(delegations.chair, outcome.id, revision=outcome.revision)
    actions.publish(delegations.chair, outcome.id)
    for text in SHORT:
        with pytest.raises(Named):
            actions.correct(delegations.chair, outcome.id, text=text)


def test_a_proposal_and_a_question_name_an_actor_only_as_their_subject(delegations: Delegations) -> None:
    room, speaker = delegations.room, delegations.speaker
    with pytest.raises(Named) as refused:
        delegations.world.proposal(room, speaker, "Asks Sarveth to host.")
    assert list(refused.value.wrong) == ["text-1"]
    assert refused.value.can_be_vouched
    terms = Terms(Rule.SIMPLE_MAJORITY, Visibility.SECRET)
    with pytest.raises(Named):
        votes.open_on_question(delegations.chair, room.id, question="Shall Sarveth host?", terms=terms)
    with pytest.raises(Named) as refused:
        votes.open_on_question(delegations.chair, room.id, question="Shall Ariadne Exampleborough host?", terms=terms,
                               vouched=True)
    assert not refused.value.can_be_vouched
    assert votes.open_on_question(delegations.chair, room.id, question="Shall Sarveth host?", terms=terms, vouched=True)


def test_an_agenda_item_fed_from_the_room_names_no_one_unasked(delegations: Delegations) -> None:
    outcome, convenor = delegations.drafted(), delegations.world.convenor
    actions.sign(delegations.chair, outcome.id, revision=outcome.revision)
    actions.publish(delegations.chair, outcome.id)
    fields = {"theme_id": delegations.world.theme.id, "title": "Standing briefing", "problem": "None is held.",
              "forum": "The Commission", "pace": Pace.STEADY, "legal_route": LegalRoute.NONE,
              "review_on": now().date() + timedelta(days=90)}
    for goal, can_be_vouched in (("Sarveth holds it.", True), ("Ariadne Exampleborough holds it.", False)):
        with pytest.raises(Named) as refused:
            agenda.add_item(convenor, **fields, goal=goal, stage=Stage.IDEA, outcome_id=outcome.id)
        assert (list(refused.value.wrong), refused.value.can_be_vouched) == (["goal"], can_be_vouched)
    item = agenda.add_item(convenor, **fields, goal="It is held.", stage=Stage.IDEA, outcome_id=outcome.id)
    with pytest.raises(Named):
        agenda.edit_item(convenor, item.id, base=item.revision, **fields, goal="Sarveth holds it.")
    agenda.edit_item(convenor, item.id, base=item.revision, **fields, goal="Sarveth holds it.", vouched=True)


def test_no_other_text_of_such_an_item_names_a_person(delegations: Delegations) -> None:
    outcome, convenor = delegations.drafted(), delegations.world.convenor
    actions.sign(delegations.chair, outcome.id, revision=outcome.revision)
    actions.publish(delegations.chair, outcome.id)
    item = agenda.add_item(
        convenor, theme_id=delegations.world.theme.id, title="Standing briefing", problem="None.", goal="One.",
        forum="The Commission", pace=Pace.STEADY, legal_route=LegalRoute.NONE, stage=Stage.IDEA,
        review_on=now().date() + timedelta(days=90), outcome_id=outcome.id)
    said, due = "As Ariadne Exampleborough said.", now().date() + timedelta(days=30)
    step = milestones.add_milestone(convenor, item.id, statement="Sarveth reports.", due=due)
    for field, act in (
            ("statement", lambda: milestones.add_milestone(convenor, item.id, statement=said, due=due)),
            ("statement", lambda: milestones.edit_milestone(convenor, step.id, base=1, statement=said, due=due)),
            ("note", lambda: milestones.report(convenor, step.id, status=MilestoneStatus.ON_TRACK, note=said)),
            ("rationale", lambda: agenda.rate(convenor, item.id, urgency=3, feasibility=3, cost=3, rationale=said)),
            ("note", lambda: agenda.move(convenor, item.id, stage=Stage.PARKED, note=said, review_on=due))):
        with pytest.raises(Named) as refused:
            act()
        assert list(refused.value.wrong) == [field]


@pytest.mark.parametrize(("name", "text"), [
    ("李小明", "请注意李小明提出的建议"), ("Peter Oduya", "Peter objected to paragraph 3."),
    ("Ada Miller", "The room agreed. Miller disagreed: nothing changed.")])
def test_a_member_is_found_in_every_script_and_where_a_sentence_begins(
        delegations: Delegations, name: str, text: str) -> None:
    delegations.world.member(delegations.room, name=name)
    outcome = delegations.drafted()
    with pytest.raises(Named):
        delegations.write(outcome, text, delegations.chair)


def test_a_text_voted_on_holds_no_full_name_without_spaces(delegations: Delegations) -> None:
    delegations.world.member(delegations.room, name="李小明")
    terms = Terms(Rule.SIMPLE_MAJORITY, Visibility.SECRET)
    with pytest.raises(Named):
        votes.open_on_question(delegations.chair, delegations.room.id, question="李小明提出的建议", terms=terms,
                               vouched=True)


@pytest.mark.parametrize(("name", "may_stand"), [("Civil Society", True), ("Early Warning Ltd", True),
                                                 ("Ilka Testmann", False)])
def test_a_guests_own_name_forbids_no_ordinary_words(
        delegations: Delegations, name: str, may_stand: bool) -> None:
    guest = delegations.world.member(delegations.room, name=name)
    with transaction() as tx:
        tx.fetch(Person, guest.id).is_guest = True
    terms = Terms(Rule.SIMPLE_MAJORITY, Visibility.SECRET)
    question = f"Shall {name if name != 'Early Warning Ltd' else 'early warning ltd'} and civil society be heard?"

    def ask() -> object:
        return votes.open_on_question(delegations.chair, delegations.room.id, question=question, terms=terms,
                                      vouched=True)

    if may_stand:
        assert ask()
    else:
        with pytest.raises(Named):
            ask()


def test_a_refusal_stands_at_the_row_of_the_page(delegations: Delegations) -> None:
    browser = delegations.browser(delegations.speaker)
    answer = browser.post(f"/rooms/{delegations.room.id}/proposals", **{
        "title": "Briefings", "kind-1": "preambular", "text-1": "", "kind-2": "operative",
        "text-2": "Asks Sarveth to host.", "key": "k"})
    assert answer.status_code == 422
    assert 'id="field-text-2-error"' in answer.text
    assert 'id="field-text-1-error"' not in answer.text


def test_an_explanation_given_after_the_rule_was_tightened_names_no_one(world: World, sitting: Sitting) -> None:
    ballot = sitting.ballot()
    settings.tighten_attribution(sitting.chair, sitting.room.id, rule=AttributionRule.CHATHAM_HOUSE)
    accounts.add_actor(world.convenor, name="Kingdom of Sarveth", actor_set=ActorSet.STATE, subtype=Subtype.STATE)
    rooms.acknowledge(sitting.speaker, sitting.room.id, rule=AttributionRule.CHATHAM_HOUSE)
    with pytest.raises(Named):
        votes.explain(sitting.speaker, ballot, text="For Sarveth I voted no.")
    assert votes.explain(sitting.speaker, ballot, text="The text is too long.")


def test_the_form_shows_the_names_in_place_and_keeps_the_words(delegations: Delegations) -> None:
    outcome, browser = delegations.drafted(), delegations.browser(delegations.rapporteur)
    number = a_source()
    form = {"base": outcome.revision, "title": "What the French said", "text-new": "Sarveth was concerned.",
            "section-new": "points", "sources-new": number}
    page = browser.post(f"{outcome.address}/edit", **form)
    assert page.status_code == 422
    assert "What the <mark>French</mark> said" in page.text
    assert "<mark>Sarveth</mark> was concerned." in page.text
    assert re.search(r"<textarea[^>]*>\s*Sarveth was concerned\.</textarea>", page.text)
    assert 'name="vouched"' in page.text
    assert browser.post(f"{outcome.address}/edit", **form, vouched="1").status_code == 302
    assert "Sarveth was concerned." in html.unescape(browser.get(f"{outcome.address}/edit").text)


def test_a_room_on_the_record_may_name_people(world: World, sitting: Sitting) -> None:
    accounts.add_actor(world.convenor, name="Kingdom of Sarveth", actor_set=ActorSet.STATE, subtype=Subtype.STATE)
    assert actions.draft_session(sitting.rapporteur, sitting.room.id, title="What Sarveth said").title
