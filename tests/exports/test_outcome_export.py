"""Outcomes as files: what they say, what they keep to themselves."""

import csv
import html
import io
import re
import zipfile
from copy import deepcopy

import docx as word
import pytest
from pypdf import PdfReader

from dialogue.core.attribution import AttributionRule
from dialogue.core.transaction import transaction
from dialogue.exports.formats.csv import write_csv
from dialogue.outcomes.models import Outcome, OutcomeState
from dialogue.rooms.models import Access
from dialogue.rooms.voices import bylines, voice_id_of
from dialogue.votes.revealing import WORDS
from tests.exports import story
from tests.exports.conftest import HOSTILE
from tests.exports.waiting import ask, made, taken
from tests.world import World

FORMATS = ("md", "docx", "pdf", "csv")


def exported(world: World, told: story.Published, file: str, **more: str) -> bytes:
    return made(world, what="outcome", format=file, outcome=told.id, **more)


def everything_in(data: bytes) -> str:
    """All text of a file, its properties included."""
    if data.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(data))
        pages = "\n".join(page.extract_text() for page in reader.pages)
        return f"{pages}\n{reader.metadata}\n{reader.xmp_metadata and reader.xmp_metadata.rdf_root.toxml()}"
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return data.decode()


@pytest.mark.parametrize("file", FORMATS)
@pytest.mark.parametrize("rule", [AttributionRule.CHATHAM_HOUSE, AttributionRule.CLOSED])
def test_no_file_tells_who_was_there_or_when(world: World, rule: AttributionRule, file: str) -> None:
    told = story.outcome(world, rule)
    voice = voice_id_of(told.room.id, told.speaker)
    assert voice
    handle = bylines(told.room, [voice])[voice].handle
    text = everything_in(exported(world, told, file))
    assert "DLG/RES/7" in text
    for secret in (story.SECRET_NAME, "Zwentibold", story.SECRET_ACTOR, handle, voice, told.room_id, told.email,
                   "09:41", "08:00", "aaaaaaaa"):
        assert secret not in text


def test_a_chatham_house_record_gives_words_without_their_speaker(world: World) -> None:
    text = exported(world, story.outcome(world, AttributionRule.CHATHAM_HOUSE), "md").decode()
    assert "I voted *yes* for its pace." in text
    assert "rests on 2 contributions, which stay in the room" in text


SMALL = {"yes": 3, "no": 2, "abstain": 1, "cast": 6, "eligible": 8, "not_voting": 2}
UNANIMOUS = {"yes": 30, "no": 0, "abstain": 0, "cast": 30, "eligible": 40, "not_voting": 10}


@pytest.mark.parametrize("file", ["md", "docx", "pdf"])
@pytest.mark.parametrize(("figures", "code"), [(SMALL, "small"), (UNANIMOUS, "all"), (None, "")])
def test_a_file_says_as_the_page_does_what_a_secret_result_reveals(
        world: World, file: str, figures: dict[str, int] | None, code: str) -> None:
    told = story.outcome(world)
    with transaction() as tx:
        outcome = tx.fetch(Outcome, told.id)
        outcome.decision = outcome.decision | ({"figures": figures} if figures else {})
        outcome.state = OutcomeState.PUBLISHED
    page = " ".join(html.unescape(world.browser().get(f"/outcomes/{told.id}").text).split())
    text = " ".join(everything_in(exported(world, told, file)).split())
    for each, words in WORDS.items():
        assert (str(words) in page, str(words) in text) == (each == code, each == code)


@pytest.mark.parametrize(("figures", "code"), [(SMALL, "small"), (UNANIMOUS, "all")])
def test_the_rows_tell_what_a_secret_result_reveals(world: World, figures: dict[str, int], code: str) -> None:
    told = story.outcome(world)
    with transaction() as tx:
        outcome = tx.fetch(Outcome, told.id)
        outcome.decision = outcome.decision | {"figures": figures}
    rows = list(csv.DictReader(io.StringIO(exported(world, told, "csv").decode("utf-8-sig"))))
    assert rows[0]["reveals"] == code


def test_no_word_leaves_a_closed_room(world: World) -> None:
    text = exported(world, story.outcome(world, AttributionRule.CLOSED), "md").decode()
    assert "for its pace" not in text
    assert "1 given; they stay in the room." in text


def test_on_the_record_the_sources_are_public(world: World) -> None:
    told = story.outcome(world, access=Access.OPEN)
    text = exported(world, told, "md").decode()
    assert f"Zwentibold Unsayable ({story.SECRET_ACTOR})" in text
    assert re.search(r"twice a year\.\s?\[ ?\\\[1\\\]\]\(<http.*%s" % ("a" * 22), text)
    assert "### Sources" in text


def test_the_record_can_be_checked_by_hand(world: World) -> None:
    text = exported(world, story.outcome(world), "md").decode()
    for said in ("*Recalling* the founding paper,", r"1\. *Decides* to set up a network;", "| ✓ Yes | 120 |",
                 "148 of 160 took part; 80 needed: met", "3 × 120 yes = 360 ≥ 2 × 127 voting = 254",
                 "| Civil society | not shown",
                 "| Sets not shown, together | 20 | 0 | 10 |", "Corrigendum 1, 14 March 2026",
                 "**Signed by the chair:** 14 March 2026"):
        assert said in text


def test_a_draft_says_that_it_is_one(world: World) -> None:
    told = story.outcome(world, state=OutcomeState.SIGNED)
    browser = world.browser(world.member(told.room))
    text = taken(browser, ask(browser, what="outcome", outcome=told.id).location).text
    assert "Signed, not yet published." in text


def test_the_figures_are_a_table_like_the_digital_library_s(world: World) -> None:
    rows = exported(world, story.outcome(world), "csv").decode("utf-8-sig").splitlines()
    assert rows[0].startswith('"resolution","title","date","modality"')
    assert ',"all",120,7,21,12,160,80,"yes","adopted","no",' in rows[1]
    assert ',"civil_society","","","",' in rows[3]


def test_the_words_are_set_from_the_right_on_request(world: World) -> None:
    told = story.outcome(world)
    document = word.Document(io.BytesIO(exported(world, told, "docx", direction="rtl")))
    assert "w:bidi" in document.element.xml
    text = exported(world, told, "md", language="en", direction="rtl").decode()
    assert text.startswith('<div dir="rtl">')


@pytest.mark.parametrize("file", FORMATS)
def test_hostile_words_stay_words(world: World, file: str) -> None:
    decision = deepcopy(story.DECISION)
    harm = [text.replace("\x00", "").replace("\ud800", "") for text in HOSTILE]
    decision["question"] = "\n".join(harm)
    decision["text"]["clauses"] = [{"kind": "operative", "text": text} for text in harm]
    told = story.outcome(world, decision=decision, title='=cmd|" /C calc"!A0 <script>alert(1)</script>')
    data = exported(world, told, file)
    if file == "csv":
        assert data == write_csv(*_rows_of(data))
        assert '"\'=cmd|' in data.decode("utf-8-sig")
    elif file == "md":
        assert "<script>" not in data.decode()
        assert not re.search(r"[^\\]\]\(javascript", data.decode())
    else:
        assert "calc" in everything_in(data)


def _rows_of(data: bytes) -> tuple[list[str], list[list[str | int]]]:
    import csv

    columns, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    return columns, [[int(cell) if cell.isdigit() else cell for cell in row] for row in rows]
