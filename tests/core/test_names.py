"""The forms in which States, organisations and people are named, and what is no one's name."""

import pytest

from dialogue.core.names import forms
from dialogue.core.names.linter import Linter
from dialogue.core.names.refusal import pieces

STATES = ("Kingdom of Sarveth", "United Kingdom of Great Britain and Northern Ireland", "United States of America",
          "French Republic", "Republic of Türkiye", "People's Republic of China", "Republic of Chad", "Georgia",
          "Hashemite Kingdom of Jordan", "Republic of the Sudan", "Republic of Guinea", "Republic of Korea",
          "Russian Federation", "Republic of Poland", "Republic of India", "Iran (Islamic Republic of)")
ORGANISATIONS = ("Harbour Forum (invented NGO)", "Meridian Institute for Peace and Security (MIPS)", "Oxenfurt Trust",
                 "African Union", "Human Rights Council Watch")

PROSE = """The Security Council should meet in public. States that can act will act, and may report by May or March;
a chair's note told us to polish the wording, mark each change and grant the floor. It is a Kingdom, a Republic, a
Forum or a Harbour to nobody. The General Assembly, the United Nations and its Member States, the African Group and the
Arab Group look to Chapter VI and Article 27 of the Charter. Human Rights, Peace and Security, Civil Society. The
texts are translated into Arabic, Chinese, English, French, Russian and Spanish. A turkey on a china plate was served
at the Latin American reception; South Sudan, Equatorial Guinea, Papua New Guinea and the Democratic People's Republic
of Korea were not asked, nor were the Indian Ocean and the South China Sea. Interpretation into Russian and French is
costly. The guidance of the SG to the GA, the SC and the PBC is kept in the ICT office; AI helps us. The meridian, an
institute, a trust in union: see https://www.un.org/en/ga/about and report_v2.docx."""


def linter() -> Linter:
    """What finds all of them, and three people."""
    people = ("May Example", "Will Grantham", "Ariadne Exampleborough")
    return forms.all_of([*map(forms.of_state, STATES), *map(forms.of_organisation, ORGANISATIONS),
                         *map(forms.of_person, people)]).linter(alike=True)


@pytest.mark.parametrize("text", [
    "Harbour Forum can collect the reports.", "Sarveth was concerned.", "sarveth was concerned", "The UK agreed.",
    "The U.K. agreed.", "the United Kingdom", "The French delegation agreed.", "HF offered to host.",
    "The Sarvethi view prevailed.", "Sarvethians said so.", "MIPS will report.", "As Oxenfurt proposed,",
    "the US position", "Americans disagreed", "Le Royaume-Uni a dit", "俄罗斯代表团指出", "قالت وفرنسا نعم",
    "Великобритания возражает", "Turkey objected", "Türkiye objected", "South Korean colleagues", "Chad asked",
    "Georgians asked", "The Jordanian offer", "Sudan asked", "Iran asked", "in French hands", "Meridian Institute",
    "[the position](https://sarveth.example/statement)", "![Flag](harbour-forum_flag.png)", "see HarbourForum.docx",
    "https://harbourforum.example/a", "S&#97;rveth asked", "Sar**veth** asked", "Ѕаrvеth asked", "Sar\u00adveth asked",
    "https://example.org/%53arveth", "As Grantham said", "the hope that Will voiced", "what ariadne wants",
])  # fmt: skip
def test_a_short_form_is_found(text: str) -> None:
    assert linter().spots(text)


@pytest.mark.parametrize(("name", "text"), [
    ("Permanent Mission of Kenya to the United Nations", "The Kenyan view"), ("Republic of Northern Guinea",
     "in Northern Guinea"), ("The Tuvala Republic", "Tuvalans asked"), ("Côte d’Ivoire", "the Ivorian text"),
    ("Union of Åland-Norr", "Åland-Norr asked")])
def test_a_state_is_found_by_what_its_name_says_beyond_its_form(name: str, text: str) -> None:
    found = forms.of_state(name).linter().spots(text)
    assert found
    assert not forms.of_state(name).linter().spots("The Republic, the Union and the Mission to the United Nations; AI.")


def test_ordinary_prose_names_no_one() -> None:
    assert [PROSE[spot.start:spot.end] for spot in linter().spots(PROSE)] == []


@pytest.mark.parametrize("text", ["The harbour was full", "A forum opened", "Will the Council act?", "Grant access",
                                  "We told us", "South Sudan", "Chapter VI",
                                  "a French-language text", "the Russian text", "from Spanish to French."])
def test_a_word_that_is_no_name_is_not_found(text: str) -> None:
    assert not linter().spots(text)


def test_a_mark_covers_what_was_found_and_no_more() -> None:
    text = "When Sarveth, and the UK, spoke."
    shown = pieces(text, linter().spots(text))
    assert "".join(piece.text for piece in shown) == text
    assert [piece.text for piece in shown if piece.is_marked] == ["Sarveth", "UK"]


def test_a_name_that_is_a_word_is_not_found_inside_other_words() -> None:
    people = forms.all_of([forms.of_person("Ida Summer"), forms.of_person("Jo Walker")]).linter(alike=True, strict=True)
    assert not people.spots("the summer/winter meeting and sleepwalker/2")
    assert people.spots("Summer objected.")


def test_every_place_of_a_name_without_spaces_is_marked() -> None:
    assert len(Linter(["日本"]).spots("日本と日本")) == 2
