"""Requesting exports. `jobs/runner.py` makes the documents."""

import re
import unicodedata

from dialogue.accounts.models import Person
from dialogue.core import idempotency
from dialogue.core.clock import now
from dialogue.core.cutting import start_of
from dialogue.core.errors import Invalid, TooMany
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.transaction import transaction
from dialogue.exports import queries
from dialogue.exports.documents.outcome_data import readable
from dialogue.exports.models import Export
from dialogue.exports.queries import Owner
from dialogue.exports.selection import DOCUMENTS, OF_AN_OUTCOME, File, Subject, Wanted
from dialogue.outcomes.models import Outcome

MAX_UNFINISHED = 5
MAX_NAME_LENGTH = 100
_NOT_IN_A_NAME = re.compile(r"[^\w.]+")


def request(person: Person | None, wanted: Wanted, *, visitor_id: str = "", key: str | None = None) -> Export:
    """Ask for a document; the same `key` again gives the same export.

    Raises Invalid at the field that leads to nothing, TooMany while many of one's own are unfinished.
    """
    owner = Owner(person, visitor_id)
    body = idempotency.fingerprint("exports.request", wanted.stored())
    with transaction() as tx:
        permit(person, Permission.EXPORT_MAKE)
        if earlier := idempotency.answered(tx, owner.key, key, body):
            return tx.fetch(Export, earlier)
        if queries.unfinished(owner) >= MAX_UNFINISHED:
            raise TooMany(_("Several of your exports are being made. Wait until one of them is there."))
        export = Export(owner_id=person.id if person else None, visitor_id="" if person else visitor_id,
                        what=wanted.stored(), format=wanted.file.written_as, filename=_checked_name(person, wanted),
                        created_at=now())
        tx.add(export)
        idempotency.answer(tx, owner.key, key, body, export.id)
    return export


def _checked_name(person: Person | None, wanted: Wanted) -> str:
    """The file's name, once it is clear that there is something to put into it."""
    if wanted.subject is Subject.AGENDA:
        _refuse_empty_agenda(wanted)
        part = "-milestones" if wanted.file is File.CSV_MILESTONES else ""
        return f"reform-agenda{part}-{wanted.filter.today().isoformat()}.{wanted.file.written_as.value}"
    outcome = _outcome(person, wanted)
    return f"{_name_of(outcome)}.{wanted.file.written_as.value}"


def _refuse_empty_agenda(wanted: Wanted) -> None:
    if wanted.filter.theme and not queries.is_theme(wanted.filter.theme):
        raise Invalid("theme", _("Choose one of the options."))
    if wanted.file in DOCUMENTS and not wanted.sections:
        raise Invalid("sections", _("Choose at least one part."))
    if not queries.count_items(wanted.filter):
        raise Invalid("filter", _("No item of the agenda is like this. Choose less narrowly."))
    if wanted.file is File.CSV_MILESTONES and not queries.count_milestones(wanted.filter):
        raise Invalid("filter", _("None of these items has a milestone. Choose others, or another file."))


def _outcome(person: Person | None, wanted: Wanted) -> Outcome:
    """The outcome asked for. An unknown one and one that may not be seen are refused in the same words."""
    outcome = readable(person, wanted.outcome_id) if wanted.outcome_id else None
    if outcome is None:
        raise Invalid("outcome", _("Choose one of the outcomes you can read."))
    if wanted.file not in OF_AN_OUTCOME:
        raise Invalid("format", _("Choose one of the options."))
    if wanted.file is File.CSV and "figures" not in (outcome.decision or {}):
        raise Invalid("format", _("Nothing was voted on here, so there are no figures. Choose another file."))
    return outcome


def _name_of(outcome: Outcome) -> str:
    """Symbol and title, fit for every file system: `DLG-RES-7-A-parliamentary-network`."""
    words = unicodedata.normalize("NFC", f"{outcome.symbol} {outcome.title}")
    return start_of(_NOT_IN_A_NAME.sub("-", words), MAX_NAME_LENGTH).strip("-._") or "outcome"
