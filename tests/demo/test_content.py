"""The sample dialogue holds together, and attributes nothing to a real person."""

import tomllib
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from pydantic import ValidationError

from dialogue.core.names.linter import Linter, mentions, name_forms
from dialogue.core.sentences import sentences
from dialogue.demo.content import FOLDER, load, merged, validated

CONTENT = load()
PROPOSALS = {proposal.key: proposal for proposal in CONTENT.proposals}


def _raw():
    return merged(tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml")))


def _strings(value, skip=frozenset()):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in skip:
                yield from _strings(inner, skip)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner, skip)


# ── Strictness ──


def test_an_unknown_key_is_refused():
    raw = _raw()
    raw["theme"][0]["colour"] = "blue"
    with pytest.raises(ValidationError, match="colour"):
        validated(raw)


def test_a_reference_to_nothing_is_refused():
    raw = _raw()
    raw["proposal"][0]["origins"].append("pb-nowhere")
    with pytest.raises(ValidationError, match="pb-nowhere"):
        validated(raw)


def test_a_key_used_twice_is_refused():
    raw = _raw()
    raw["actor"].append(dict(raw["actor"][0]))
    with pytest.raises(ValueError, match="used twice: aldermoor"):
        validated(raw)


# ── No real person ──


def test_no_real_state_appears_outside_the_precedents():
    unions = {"UN", "EU", "EZ", "ZZ"}
    names = {
        name
        for language in ("en", "fr", "ar", "zh")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code not in unions
    }
    linter = Linter(names)
    raw = {name: tables for name, tables in _raw().items() if name != "precedent"}
    found = {text: linter.mentions(text) for text in _strings(raw, skip={"time_zone", "email"})}
    assert {text: names for text, names in found.items() if names} == {}


def test_every_person_has_a_unique_name_and_an_unreachable_address():
    names = [person.name for person in CONTENT.people]
    assert len(set(names)) == len(names)
    assert not set(names) & {actor.name for actor in CONTENT.actors}
    assert all(person.email == f"{person.key}@example.org" for person in CONTENT.people)


def test_time_zones_exist():
    assert all(ZoneInfo(person.time_zone) for person in CONTENT.people)


def test_links_of_the_agenda_lead_to_example_org():
    urls = [m.evidence for item in CONTENT.agenda for m in item.milestones if m.evidence]
    urls += [source.url for item in CONTENT.agenda for report in item.reports for source in report.sources]
    assert urls
    assert all(url.startswith("https://example.org/") for url in urls)


# ── What the sample has to show ──


def test_the_five_sample_roles_can_sign_in():
    roles = Counter(person.signin.role for person in CONTENT.sign_ins())
    assert roles == {"convenor": 1, "chair": 1, "rapporteur": 1, "participant": 2}


def test_all_actor_sets_and_all_regional_groups_are_there():
    assert Counter(actor.set for actor in CONTENT.actors) == {
        "state": 6,
        "civil_society": 7,
        "intl_civil_service": 3,
    }
    assert len({actor.region for actor in CONTENT.actors if actor.set == "state"}) == 5


def test_one_room_is_on_the_record_and_one_under_the_chatham_house_rule():
    assert sorted(room.attribution for room in CONTENT.rooms) == ["chatham_house", "on_record"]
    assert all(len(room.contributions) >= 14 for room in CONTENT.rooms)


def test_contributions_are_written_in_four_languages():
    assert {piece.language for piece in CONTENT.said().values()} >= {"en", "fr", "ar", "zh"}


def test_there_are_proposals_at_every_stage_and_one_in_three_versions():
    stages = {proposal.stage for proposal in CONTENT.proposals}
    assert stages == {"draft", "submitted", "open", "decided", "withdrawn"}
    assert max(len(proposal.versions) for proposal in CONTENT.proposals) == 3


def test_the_agenda_has_a_dozen_items_from_idea_to_implemented_and_parked():
    assert len(CONTENT.agenda) == 12
    assert {"idea", "negotiation", "implemented", "parked"} <= {item.stage for item in CONTENT.agenda}
    assert {item.track for item in CONTENT.agenda} == {"1", "1.5", "2"}


# ── The Chatham House Rule ──


def test_no_text_of_the_chatham_house_room_names_a_person_or_an_affiliation():
    room = next(room for room in CONTENT.rooms if room.attribution == "chatham_house")
    forbidden = [form for person in CONTENT.people for form in name_forms(person.name)]
    forbidden += [actor.name for actor in CONTENT.actors]
    forbidden += [actor.country for actor in CONTENT.actors if actor.country]
    texts = [contribution.text for contribution in room.contributions]
    for proposal in CONTENT.proposals:
        if proposal.place == room.key:
            texts += [
                text for version in proposal.versions for text in (version.note, *map(_text, version.clauses))
            ]
    here = {ballot.key for ballot in CONTENT.ballots if PROPOSALS[ballot.proposal].place == room.key}
    for outcome in CONTENT.outcomes:
        if outcome.ballot in here:
            texts += [outcome.text, *map(_text, outcome.summary)]
    assert [found for text in texts for found in mentions(text, forbidden)] == []


def _text(piece):
    return piece.text


def test_ballots_of_the_chatham_house_room_are_secret():
    rooms = {room.key: room.attribution for room in CONTENT.rooms}
    here = [b for b in CONTENT.ballots if rooms.get(PROPOSALS[b.proposal].place) == "chatham_house"]
    assert {ballot.visibility for ballot in here} == {"secret"}


def test_contributions_are_texts_of_more_than_one_sentence():
    assert all(len(sentences(c.text)) > 1 for room in CONTENT.rooms for c in room.contributions)
