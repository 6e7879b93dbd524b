"""The rapporteur signs the summary, the chair signs the record, and each finds what waits for them on the home page."""

import re

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialogue.accounts.models import Person
from dialogue.core.db import engine
from dialogue.core.errors import Conflict, NotFound, NotPermitted
from dialogue.core.record import entries
from dialogue.outcomes import actions, drafting
from dialogue.outcomes.models import Outcome, SummarySignature
from dialogue.rooms import actions as rooms
from dialogue.rooms.models import RoomRole
from tests.outcomes.conftest import Sitting

pytestmark = pytest.mark.each_database("queries for the next to sign")

WAITS = "Records that wait for you"


@pytest.fixture
def draft(sitting: Sitting) -> Outcome:
    """The draft of a decision, with its summary."""
    made = sitting.decided()
    drafting.finish(made.id)
    return sitting.again(made)


def signatures() -> list[SummarySignature]:
    """All signatures of summaries."""
    with Session(engine(), expire_on_commit=False) as own:
        return list(own.scalars(select(SummarySignature)))


def press(sitting: Sitting, person: Person, draft: Outcome, deed: str) -> None:
    """Press the button of the record's page."""
    answer = sitting.browser(person).post(f"{draft.address}/{deed}", revision=draft.revision)
    assert answer.status_code == 302, answer.text


def waiting(sitting: Sitting, person: Person) -> str:
    """What the person's home page says waits for them."""
    page = sitting.browser(person).get("/").text
    found = re.search(rf"{WAITS}.*?</ul>", page, re.DOTALL)
    return found[0] if found else ""


def test_the_rapporteur_signs_the_summary_from_the_records_page(sitting: Sitting, draft: Outcome) -> None:
    browser = sitting.browser(sitting.rapporteur)
    assert f'action="{draft.address}/summary/sign"' in browser.get(draft.address).text
    assert browser.post(f"{draft.address}/summary/sign", revision=draft.revision).status_code == 302
    assert [one.revision for one in signatures()] == [draft.revision]
    page = browser.get(draft.address).text
    assert "The rapporteur signed the summary" in page
    assert f'action="{draft.address}/summary/sign"' not in page
    assert entries(sitting.room.id, after=0)[-1].kind == "summary.signed"


def test_programs_are_told_both_signatures(sitting: Sitting, draft: Outcome) -> None:
    browser = sitting.browser(sitting.member)
    shown = browser.get(f"/api/v1/outcomes/{draft.id}").json["outcome"]["signatures"]
    assert shown == {"chair": None, "rapporteur": None}
    for person, deed in ((sitting.rapporteur, "summary/sign"), (sitting.chair, "sign")):
        press(sitting, person, draft, deed)
    shown = sitting.browser(sitting.member).get(f"/api/v1/outcomes/{draft.id}").json["outcome"]["signatures"]
    assert all(len(shown[role]) > len("2030-01-01") for role in ("chair", "rapporteur"))


@pytest.mark.parametrize("who", ["chair", "member", "speaker"])
def test_only_the_rapporteur_signs_the_summary(sitting: Sitting, draft: Outcome, who: str) -> None:
    with pytest.raises(NotPermitted):
        actions.sign_summary(getattr(sitting, who), draft.id, revision=draft.revision)


@pytest.mark.parametrize("who", ["stranger", "revoked"])
def test_a_stranger_finds_no_summary_to_sign(sitting: Sitting, draft: Outcome, who: str) -> None:
    with pytest.raises(NotFound):
        actions.sign_summary(getattr(sitting, who), draft.id, revision=draft.revision)


def test_a_summary_that_changed_is_read_again_before_it_is_signed(sitting: Sitting, draft: Outcome) -> None:
    answer = sitting.browser(sitting.rapporteur).post(f"{draft.address}/summary/sign", revision=draft.revision - 1)
    assert answer.status_code == 409
    assert "Read it again before you sign." in answer.text
    assert signatures() == []


def test_a_change_after_the_signature_asks_for_it_again(sitting: Sitting, draft: Outcome) -> None:
    actions.sign_summary(sitting.rapporteur, draft.id, revision=draft.revision)
    actions.edit(sitting.chair, draft.id, base=draft.revision, title="Another title", summary=[])
    page = sitting.browser(sitting.chair).get(draft.address).text
    assert "The rapporteur signed the summary" not in page
    assert not sitting.again(draft).is_summary_signed


def test_an_empty_summary_and_a_published_one_are_not_signed(sitting: Sitting) -> None:
    draft = sitting.outcome_of(sitting.ballot())
    with pytest.raises(Conflict):
        actions.sign_summary(sitting.rapporteur, draft.id, revision=draft.revision)
    sitting.discuss()
    drafting.finish(draft.id)
    draft = sitting.again(draft)
    actions.sign(sitting.chair, draft.id, revision=draft.revision)
    actions.publish(sitting.chair, draft.id)
    with pytest.raises(Conflict):
        actions.sign_summary(sitting.rapporteur, draft.id, revision=draft.revision)
    assert "No rapporteur signed the summary" in sitting.browser(None).get(draft.address).text


def test_a_signature_of_a_room_that_hides_people_tells_the_day_and_no_name(chatham: Sitting) -> None:
    draft = chatham.decided()
    drafting.finish(draft.id)
    draft = chatham.again(draft)
    actions.sign_summary(chatham.rapporteur, draft.id, revision=draft.revision)
    actions.sign(chatham.chair, draft.id, revision=draft.revision)
    actions.publish(chatham.chair, draft.id)
    signed = chatham.browser(None).get(f"/api/v1/outcomes/{draft.id}").json["outcome"]["signatures"]
    assert {len(at) for at in signed.values()} == {len("2030-01-01")}


def test_a_signed_record_asks_once_before_it_is_published(sitting: Sitting, draft: Outcome) -> None:
    actions.sign(sitting.chair, draft.id, revision=draft.revision)
    page = sitting.browser(sitting.chair).get(draft.address).text
    asked = re.search(r'<details class="confirm">(?:(?!</details>).)*/publish".*?</details>', page, re.DOTALL)
    assert asked, "published by one press"
    assert "Publish it now" in asked[0]
    assert page.count(f'action="{draft.address}/publish"') == 1


def test_a_draft_waits_for_the_rapporteur_and_then_for_the_chair(sitting: Sitting, draft: Outcome) -> None:
    assert "Sign the summary" in waiting(sitting, sitting.rapporteur)
    assert draft.address in waiting(sitting, sitting.rapporteur)
    assert waiting(sitting, sitting.chair) == ""
    press(sitting, sitting.rapporteur, draft, "summary/sign")
    assert waiting(sitting, sitting.rapporteur) == ""
    assert "Sign the record" in waiting(sitting, sitting.chair)
    press(sitting, sitting.chair, draft, "sign")
    assert "Publish the record" in waiting(sitting, sitting.chair)
    press(sitting, sitting.chair, draft, "publish")
    assert waiting(sitting, sitting.chair) == ""


@pytest.mark.parametrize("who", ["member", "speaker", "stranger", "revoked"])
def test_a_draft_waits_for_no_one_else(sitting: Sitting, draft: Outcome, who: str) -> None:
    assert waiting(sitting, getattr(sitting, who)) == ""


def test_without_a_rapporteur_the_draft_waits_for_the_chair(sitting: Sitting, draft: Outcome) -> None:
    rooms.remove(sitting.chair, sitting.room.id, member_id=sitting.rapporteur.id)
    assert "Sign the record" in waiting(sitting, sitting.chair)


def test_a_record_of_a_closed_room_waits_for_the_chair_alone(closed_doors: Sitting) -> None:
    draft = closed_doors.outcome_of(closed_doors.ballot())
    assert draft.address in waiting(closed_doors, closed_doors.chair)
    assert waiting(closed_doors, closed_doors.rapporteur) == ""


def test_a_draft_without_its_summary_waits_for_the_rapporteur_to_write_it(sitting: Sitting) -> None:
    sitting.outcome_of(sitting.ballot())
    assert "Write the summary" in waiting(sitting, sitting.rapporteur)
    co_chair = sitting.world.member(sitting.room, RoomRole.CO_CHAIR)
    assert waiting(sitting, co_chair) == ""


def test_a_record_of_a_silent_room_waits_for_the_chair(sitting: Sitting) -> None:
    draft = sitting.outcome_of(sitting.ballot())
    drafting.finish(draft.id)
    assert waiting(sitting, sitting.rapporteur) == ""
    assert "Sign the record" in waiting(sitting, sitting.chair)


def test_a_rapporteur_who_never_entered_is_not_waited_for(sitting: Sitting, draft: Outcome) -> None:
    rooms.remove(sitting.chair, sitting.room.id, member_id=sitting.rapporteur.id)
    absent = sitting.world.person()
    rooms.give_place(sitting.chair, sitting.room.id, to=absent.id, role=RoomRole.RAPPORTEUR)
    assert "Sign the record" in waiting(sitting, sitting.chair)
