"""Reading an export's options from a form or from JSON with the same names. Refuses at the field."""

from dataclasses import replace

from dialogue.agenda.filters import filter_of
from dialogue.core import inputs
from dialogue.core.errors import Invalid
from dialogue.core.i18n import LANGUAGES
from dialogue.core.i18n import lazy_gettext as _
from dialogue.exports.selection import Direction, File, Order, Section, Subject, Wanted


def wanted(form: inputs.Form, time_zone: str) -> Wanted:
    """The document asked for by a reader in the zone.

    Raises Invalid at `what`, `format`, `theme`, … as the page names them.
    """
    subject = inputs.choice(form, "what", Subject)
    file = inputs.choice(form, "format", File)
    plain = Wanted(subject=subject, file=file, language=_language(form),
                   direction=inputs.choice(form, "direction", Direction, Direction.LANGUAGE))
    if subject is Subject.OUTCOME:
        return replace(plain, outcome_id=inputs.text(form, "outcome", max_length=22, required=False))
    return replace(plain, filter=filter_of(form, time_zone), sections=_sections(form),
                   order=inputs.choice(form, "order", Order, Order.SCORE),
                   changes_since=inputs.date(form, "changes_since", required=False))


def _sections(form: inputs.Form) -> tuple[Section, ...]:
    """The parts that are ticked, in the document's order; a program that names none gets all."""
    if "sections" not in form and "key" not in form:
        return tuple(Section)
    chosen = inputs.many(form, "sections")
    if not set(chosen) <= {section.value for section in Section}:
        raise Invalid("sections", _("Choose one of the options."))
    return tuple(section for section in Section if section.value in chosen)


def _language(form: inputs.Form) -> str:
    language = inputs.text(form, "language", max_length=8, required=False) or LANGUAGES[0]
    if language not in LANGUAGES:
        raise Invalid("language", _("Choose one of the options."))
    return language
