"""Only languages with a catalogue are offered, on pages, in accounts and in exports."""

from datetime import date
from pathlib import Path

import pytest

from dialogue.accounts.profile.actions import change_profile
from dialogue.core.db import new_id
from dialogue.core.languages import LANGUAGES, PLANNED, locale_of, offered, with_catalogue
from dialogue.exports.documents.locale import DocumentLocale
from dialogue.exports.selection import File, Subject, Wanted
from tests.world import World

MISSING = [language for language in PLANNED if language not in LANGUAGES]


def test_a_language_is_offered_once_it_has_a_catalogue(tmp_path: Path) -> None:
    assert with_catalogue(tmp_path) == ("en",)
    for language in ("ar", "zh"):
        (tmp_path / language / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "ar" / "LC_MESSAGES" / "messages.mo").touch()
    assert with_catalogue(tmp_path) == ("en", "ar")


@pytest.mark.parametrize("language", [*MISSING, "fr-CA,fr;q=0.9", "ar-EG", "sw", "*"])
@pytest.mark.parametrize("address", ["/", "/sign-in", "/agenda"])
def test_a_page_in_english_says_so_whatever_the_browser_speaks(world: World, language: str, address: str) -> None:
    assert world.convenor
    page = world.browser().get(address, headers={"Accept-Language": language}).text
    assert '<html lang="en-GB" dir="ltr"' in page


@pytest.mark.parametrize("language", MISSING)
def test_an_account_whose_language_has_no_catalogue_is_shown_english(world: World, language: str) -> None:
    person = world.person()
    change_profile(person, name=person.name, language=language, time_zone="UTC")
    page = world.browser(person).get("/account").text
    assert '<html lang="en-GB" dir="ltr"' in page
    assert f'<option value="{language}"' not in page


@pytest.mark.parametrize("language", MISSING)
def test_forms_refuse_a_language_without_a_catalogue(world: World, language: str) -> None:
    browser = world.browser(world.person())
    assert browser.post("/account", name="A", language=language, time_zone="UTC").status_code == 422
    asked = {"what": "agenda", "format": "md", "language": language, "key": new_id()}
    assert browser.post("/exports", **asked).status_code == 422
    assert f'<option value="{language}"' not in browser.get("/exports").text


@pytest.mark.parametrize("language", MISSING)
def test_an_export_asked_for_earlier_is_written_in_a_language_that_is_offered(language: str) -> None:
    kept = Wanted(subject=Subject.AGENDA, file=File.PDF, language=language).stored()
    assert Wanted.restored(kept).language == offered(language) == "en"


@pytest.mark.parametrize(("language", "shown"), [
    ("en", "7 November 2026"), ("fr", "7 novembre 2026"), ("es", "7 de noviembre de 2026")])
def test_a_file_writes_days_as_the_pages_do(language: str, shown: str) -> None:
    assert DocumentLocale({}, language).day(date(2026, 11, 7).isoformat()) == shown


def test_english_dates_put_the_day_first() -> None:
    assert [locale_of(language) for language in ("en", "fr")] == ["en_GB", "fr"]
