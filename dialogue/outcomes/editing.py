"""The edit form: sentences as they were typed, in the order they stand, and back again after a refusal."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialogue.core import inputs
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.thread import Ref
from dialogue.outcomes.actions import MAX_SENTENCES, Written
from dialogue.outcomes.models import Outcome
from dialogue.outcomes.sections import SECTIONS
from dialogue.outcomes.sources import Said

NEW = "new"
MAX_SENTENCE_LENGTH = 2000
_BETWEEN = re.compile(r"[\s,;،、]+")


@dataclass(frozen=True)
class Row:
    """One sentence on the form. `saved` is what stands in the record now, where another person changed it meanwhile."""

    key: str
    section: str
    text: str
    sources: str
    cited: tuple[Said | None, ...] = ()
    leave_out: bool = False
    saved: str = ""


def read(form: inputs.Form) -> list[Written]:
    """The sentences of a sent form in their new order.

    Raises Invalid at `text-<key>`, `section-<key>` and `sources-<key>`.
    """
    keys = [key for key in inputs.many(form, "points") if not inputs.flag(form, f"leave-out-{key}")]
    if inputs.text(form, f"text-{NEW}", max_length=MAX_SENTENCE_LENGTH, required=False):
        keys.append(NEW)
    if len(keys) > MAX_SENTENCES:
        raise Invalid("form", _("A summary has at most %(most)s sentences.", most=MAX_SENTENCES))
    written = [_written(form, key) for key in dict.fromkeys(keys)]
    return _in_order(_moved(written, str(form.get("move") or "")))


def _written(form: inputs.Form, key: str) -> Written:
    section = next((s for s in SECTIONS if s == form.get(f"section-{key}")), None)
    if section is None:
        raise Invalid(f"section-{key}", _("Choose one of the options."))
    text = inputs.text(form, f"text-{key}", max_length=MAX_SENTENCE_LENGTH)
    sources = inputs.text(form, f"sources-{key}", max_length=1000, required=False)
    return Written(key, section, text, tuple(dict.fromkeys(word for word in _BETWEEN.split(sources) if word)))


def _moved(written: list[Written], move: str) -> list[Written]:
    """The sentences after `up:<key>` or `down:<key>`: past the next one of the same section."""
    way, _colon, key = move.partition(":")
    at = next((n for n, one in enumerate(written) if one.key == key), None)
    if at is None or way not in ("up", "down"):
        return written
    others = range(at - 1, -1, -1) if way == "up" else range(at + 1, len(written))
    to = next((n for n in others if written[n].section == written[at].section), at)
    written[at], written[to] = written[to], written[at]
    return written


def _in_order(written: Sequence[Written]) -> list[Written]:
    return sorted(written, key=lambda one: SECTIONS.index(one.section))


def rows(outcome: Outcome, said: Mapping[Ref, Said]) -> list[Row]:
    """The saved sentences, as the form shows them."""
    return [_row(point.id, point.section, point.text, tuple(said.get(source.ref) for source in point.sources))
            for point in outcome.summary]


def _row(key: str, section: str, text: str, cited: tuple[Said | None, ...]) -> Row:
    return Row(key, section, text, ", ".join(one.number for one in cited if one and not one.gone), cited)


def typed_rows(saved: Sequence[Row], form: Mapping[str, str], keys: Sequence[str]) -> list[Row]:
    """The same after a refusal: what was typed, sentences removed meanwhile included, then those added meanwhile."""
    known = {row.key: row for row in saved}
    typed = [_typed(key, form, known.get(key)) for key in keys if key != NEW]
    return [*typed, *(row for row in saved if row.key not in set(keys))]


def _typed(key: str, form: Mapping[str, str], saved: Row | None) -> Row:
    text = form.get(f"text-{key}", "")
    return Row(key, form.get(f"section-{key}", ""), text, form.get(f"sources-{key}", ""),
               saved.cited if saved else (), bool(form.get(f"leave-out-{key}")),
               saved.text if saved and saved.text != text else "")
