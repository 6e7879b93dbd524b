"""Each event notifies the people it concerns, once, and no others."""

import pytest

from dialogue.accounts.models import Person
from dialogue.accounts.resets import actions as resets
from dialogue.agenda.events import MilestoneReported
from dialogue.agenda.models import AgendaItem, Champion
from dialogue.core import followers
from dialogue.core.attribution import AttributionRule
from dialogue.core.clock import now
from dialogue.core.db import new_id, session
from dialogue.core.errors import NotFound
from dialogue.core.record import AGENDA
from dialogue.core.transaction import transaction
from dialogue.notices import actions, delivery, queries
from dialogue.notices.models import Notice
from dialogue.outcomes import actions as outcomes
from dialogue.outcomes import drafting
from dialogue.proposals.events import ProposalRevised
from dialogue.proposals.models import Endorsement, ProposalVersion
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions import actions as contributions
from tests.outcomes.conftest import Sitting
from tests.world import World

pytestmark = pytest.mark.each_database("followers keep their place under a lock")


def told(person: Person) -> list[str]:
    """The kinds of a person's notices, oldest first."""
    session().rollback()
    query = session().query(Notice).filter_by(person_id=person.id).order_by(Notice.at, Notice.kind)
    return [notice.kind for notice in query]


@pytest.fixture
def sitting(world: World) -> Sitting:
    """A sitting on the record."""
    return Sitting(world)


def test_the_roll_is_told_of_a_ballot_and_its_result(sitting: Sitting) -> None:
    sitting.ballot()
    for voter in (sitting.speaker, sitting.member, *sitting.others):
        assert told(voter) == ["ballot.opened", "ballot.closed"]
    assert told(sitting.rapporteur) == []


def test_sponsors_and_endorsers_are_told_of_a_new_text_and_the_editor_is_not(sitting: Sitting) -> None:
    proposal = sitting.propose()
    editor, endorser = sitting.voice(sitting.chair), sitting.voice(sitting.member)
    with transaction() as tx:
        tx.add(ProposalVersion(proposal_id=proposal.id, number=2, title="Changed", voice_id=editor, at=now()),
               *(Endorsement(proposal_id=proposal.id, voice_id=voice, version=1, at=now())
                 for voice in (endorser, editor)))
        tx.record(ProposalRevised(stream_id=sitting.room.id, proposal_id=proposal.id, number=2))
    assert told(sitting.speaker) == told(sitting.member) == ["proposal.revised"]
    assert told(sitting.chair) == []


def test_who_lost_the_place_is_told_nothing_more_from_inside(sitting: Sitting, world: World) -> None:
    proposal = sitting.propose()
    first = sitting.say("A first word.")
    rooms.remove(world.convenor, sitting.room.id, member_id=sitting.speaker.id)
    contributions.post(sitting.chair, sitting.room.id, text="An answer.", reply_to=first.id)
    with transaction() as tx:
        tx.record(ProposalRevised(stream_id=sitting.room.id, proposal_id=proposal.id, number=1))
    assert told(sitting.speaker) == []


def test_who_is_answered_is_told_unless_they_answer_themselves(sitting: Sitting) -> None:
    first = sitting.say("A first word.")
    sitting.say("My own second thought.", reply_to=first.id)
    assert told(sitting.speaker) == []
    reply = sitting.say("An answer.", by=sitting.member, reply_to=first.id)
    assert told(sitting.speaker) == ["contribution.posted"]
    assert session().query(Notice).one().address == f"/contributions/{reply.id}"


def test_under_the_chatham_house_rule_a_notice_tells_neither_name_nor_contribution(world: World) -> None:
    sitting = Sitting(world, AttributionRule.CHATHAM_HOUSE)
    first = sitting.say("A first word.")
    sitting.say("An answer.", by=sitting.member, reply_to=first.id)
    notice = session().query(Notice).one()
    assert notice.address == sitting.room.address
    assert notice.subject == sitting.room.title


def test_what_came_of_their_words_is_told_to_sponsor_and_cited(sitting: Sitting) -> None:
    cited = sitting.say("The early warning briefing must reach the Commission before a conflict breaks out.",
                        by=sitting.others[0])
    outcome = sitting.outcome_of(sitting.ballot(sitting.propose([cited])))
    drafting.draft_due()
    outcomes.sign(sitting.chair, outcome.id, revision=sitting.again(outcome).revision)
    outcomes.publish(sitting.chair, outcome.id)
    assert "outcome.published" in told(sitting.others[0])
    assert "outcome.published" in told(sitting.speaker)
    assert "outcome.published" not in told(sitting.member)


def test_the_people_of_a_champion_are_told_of_a_milestone(world: World) -> None:
    actor = world.actor()
    champion, stranger = world.person(actor=actor), world.person(actor=world.actor())
    theme = world.theme.id
    with transaction() as tx:
        item = AgendaItem(theme_id=theme, title="A reform", problem="p", goal="g", forum="f",
                          review_on=now().date(), created_at=now(), updated_at=now())
        tx.add(item)
        tx.add(Champion(item_id=item.id, actor_id=actor.id))
        tx.record(MilestoneReported(stream_id=AGENDA, item_id=item.id, milestone_id=new_id()))
    assert told(champion) == ["milestone.reported"]
    assert told(stranger) == []


def test_a_crash_delays_a_notice_and_doubles_none(sitting: Sitting, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_args: object, **_more: object) -> None:
        raise RuntimeError("the process died here")

    first = sitting.say("A first word.")
    with monkeypatch.context() as broken:
        broken.setattr(delivery, "still_inside", die)
        sitting.say("An answer.", by=sitting.member, reply_to=first.id)
    assert told(sitting.speaker) == []
    followers.catch_up_all()
    followers.catch_up_all()
    assert told(sitting.speaker) == ["contribution.posted"]


def test_reading_one_leaves_the_others_unread(sitting: Sitting) -> None:
    sitting.ballot()
    some = session().query(Notice).filter_by(person_id=sitting.member.id).first()
    actions.read(sitting.member, some.id)
    assert queries.unread(sitting.member) == 1
    assert [notice.read_at is None for notice in queries.page(sitting.member)[0]] == [True, False]


def test_another_persons_notice_is_not_found(sitting: Sitting) -> None:
    sitting.ballot()
    some = session().query(Notice).filter_by(person_id=sitting.member.id).first()
    with pytest.raises(NotFound):
        actions.read(sitting.speaker, some.id)


def test_marking_all_read_affects_no_other_person(sitting: Sitting) -> None:
    sitting.ballot()
    actions.read_all(sitting.member)
    assert queries.unread(sitting.member) == 0
    assert queries.unread(sitting.speaker) == 2


def test_the_page_lists_the_readers_own_notices_and_leads_on(sitting: Sitting) -> None:
    ballot = sitting.ballot()
    browser = sitting.world.browser(sitting.member)
    page = browser.get("/notices")
    assert page.text.count('class="unread"') == 2
    some = session().query(Notice).filter_by(person_id=sitting.member.id).first()
    answer = browser.post(f"/notices/{some.id}/read")
    assert answer.location == f"/ballots/{ballot}"
    browser.post("/notices/read")
    assert 'class="unread"' not in browser.get("/notices").text


def test_the_public_has_no_notices(world: World, statements: list[str]) -> None:
    assert world.convenor
    statements.clear()
    assert world.browser().get("/notices").status_code == 401
    assert not [sql for sql in statements if "FROM notice" in sql]


def test_the_page_asks_few_questions_whatever_there_is(sitting: Sitting, statements: list[str]) -> None:
    for _ in range(3):
        sitting.ballot()
    browser = sitting.world.browser(sitting.member)
    statements.clear()
    assert browser.get("/notices").status_code == 200
    assert len([sql for sql in statements if sql.startswith("SELECT")]) <= 5


def test_a_person_is_told_of_a_reset_link_and_of_a_new_password(world: World) -> None:
    person, other = world.person(), world.person()
    _link, secret = resets.issue(world.convenor, person.id)
    resets.redeem(secret, password="a wholly different sentence")
    followers.catch_up_all()
    assert sorted(told(person)) == ["password.reset", "password_reset.issued"]
    assert told(other) == told(world.convenor) == []
    browser = world.browser()
    browser.post("/sign-in", email=person.email, password="a wholly different sentence")
    page = browser.get("/notices").text
    assert "A link to reset your password was issued by:" in page
    assert world.convenor.name in page
