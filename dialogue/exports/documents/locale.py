"""How a document speaks: its fixed words, its days and its figures in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from dialogue.core.languages import locale_of

TAGS = {"zh": "zh-Hans"}


@dataclass(frozen=True)
class DocumentLocale:
    """The words of one language, passed in by the process that has the catalogues."""

    words: Mapping[str, str]
    language: str

    def __call__(self, key: str, **values: object) -> str:
        """A phrase, with its values in their places."""
        return self.words[key] % values if values else self.words[key]

    def of(self, kind: str, code: str | None) -> str:
        """The word for a code such as a stage; a code without a word stays what it is."""
        return self.words.get(f"{kind}.{code}", code or "")

    def day(self, iso: str | None) -> str:
        """A day as people write it; nothing for no day."""
        return str(format_date(date.fromisoformat(iso), "long", locale=locale_of(self.language))) if iso else ""

    def number(self, value: int) -> str:
        """A whole number with the language's separators."""
        return str(format_decimal(value, locale=self.language))

    @property
    def tag(self) -> str:
        """The language for programs (BCP 47)."""
        return TAGS.get(self.language, self.language)
