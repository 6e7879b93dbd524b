"""The languages pages and files speak. Apart from the catalogues, because files are written without Flask."""

from pathlib import Path

SOURCE = "en"  # The language the sentences stand in; it needs no catalogue.
PLANNED = (SOURCE, "fr", "es", "ru", "ar", "zh")
_CATALOGUES = Path(__file__).parents[1] / "translations"


def with_catalogue(folder: Path) -> tuple[str, ...]:
    """The languages that have a catalogue in the folder: others would label English sentences as theirs."""
    return tuple(code for code in PLANNED
                 if code == SOURCE or (folder / code / "LC_MESSAGES" / "messages.mo").is_file())


LANGUAGES = with_catalogue(_CATALOGUES)


def offered(language: str) -> str:
    """The language itself, or English where it has no catalogue, as an account or an older export may name."""
    return language if language in LANGUAGES else SOURCE


def locale_of(language: str) -> str:
    """The locale whose dates a language uses: in English the day comes first, on pages and in files alike."""
    return "en_GB" if language == "en" else language
