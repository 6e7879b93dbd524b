"""What changes milestones, and the evidence of how they stand."""

from datetime import date

from dialogue.accounts.models import Actor, Person
from dialogue.agenda.changes import assign, keep
from dialogue.agenda.events import MilestoneAdded, MilestoneEdited, MilestoneReported
from dialogue.agenda.feeding import refuse_names
from dialogue.agenda.models import AgendaItem, Evidence, Milestone, MilestoneStatus
from dialogue.core import idempotency
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import AGENDA
from dialogue.core.thread import Link, Ref, relate
from dialogue.core.transaction import Transaction, transaction


def add_milestone(person: Person, item_id: str, *, statement: str, due: date, owner_id: str | None = None,
                  key: str | None = None) -> Milestone:
    """Set a near-term step of the item, due on a day and owned by an actor."""
    body = idempotency.fingerprint("agenda.add_milestone", item_id, statement, due, owner_id)
    with transaction() as tx:
        item = tx.fetch(AgendaItem, item_id)
        permit(person, Permission.AGENDA_EDIT, item)
        if earlier := idempotency.answered(tx, person.id, key, body):
            return tx.fetch(Milestone, earlier)
        refuse_names(person, item.id, {"statement": statement})
        milestone = Milestone(id=new_id(), item_id=item.id, statement=statement, due=due,
                              owner=_owner(tx, owner_id), updated_at=now())
        tx.add(milestone)
        relate(tx, Ref("agenda_item", item.id), Link.TRACKS, Ref("milestone", milestone.id))
        keep(tx, item, MilestoneAdded(stream_id=AGENDA, item_id=item.id, milestone_id=milestone.id),
             after={"statement": statement, "due": due})
        idempotency.answer(tx, person.id, key, body, milestone.id)
    return milestone


def edit_milestone(person: Person, milestone_id: str, *, base: int, statement: str, due: date,
                   owner_id: str | None = None) -> Milestone:
    """Change the milestone's statement, day or owner; `base` is the sequence number the editor saw."""
    with transaction() as tx:
        milestone = tx.fetch(Milestone, milestone_id)
        item = tx.fetch(AgendaItem, milestone.item_id)
        permit(person, Permission.AGENDA_EDIT, item)
        refuse_names(person, item.id, {"statement": statement})
        milestone.edit(base, now())
        named = {"owner": milestone.owner.name if milestone.owner else ""}
        before, after = assign(milestone, {"statement": statement, "due": due})
        if owner_id != milestone.owner_id:
            milestone.owner = _owner(tx, owner_id)
            before, after = before | named, after | {"owner": milestone.owner.name if milestone.owner else ""}
        after = {"milestone": statement} | after
        keep(tx, item, MilestoneEdited(stream_id=AGENDA, item_id=item.id, milestone_id=milestone.id),
             before=before, after=after)
    return milestone


def _owner(tx: Transaction, owner_id: str | None) -> Actor | None:
    return tx.fetch(Actor, owner_id) if owner_id else None


def report(person: Person, milestone_id: str, *, status: MilestoneStatus, note: str = "", publisher: str = "",
           url: str = "", key: str | None = None) -> Evidence:
    """Say how a milestone stands and where that can be read. Met and missed need a word on them."""
    _refuse_sourceless(note, publisher, url)
    body = idempotency.fingerprint("agenda.report", milestone_id, status, note, publisher, url)
    with transaction() as tx:
        milestone = tx.fetch(Milestone, milestone_id)
        item = tx.fetch(AgendaItem, milestone.item_id)
        permit(person, Permission.AGENDA_REPORT, item)
        if earlier := idempotency.answered(tx, person.id, key, body):
            return tx.fetch(Evidence, earlier)
        refuse_names(person, item.id, {"note": note, "publisher": publisher})
        was = milestone.status
        milestone.report(status, note, now())
        evidence = Evidence(id=new_id(), milestone_id=milestone.id, status=status, note=note, publisher=publisher,
                            url=url, at=now())
        tx.add(evidence)
        _keep_evidence(tx, item, milestone, evidence, was)
        idempotency.answer(tx, person.id, key, body, evidence.id)
    return evidence


def _refuse_sourceless(note: str, publisher: str, url: str) -> None:
    if url and not publisher:
        raise Invalid("publisher", _("Say who published what the address shows."))
    if not note and not url:
        raise Invalid("note", _("Write a sentence, or give the address of what shows it."))


def _keep_evidence(tx: Transaction, item: AgendaItem, milestone: Milestone, evidence: Evidence,
                   was: MilestoneStatus) -> None:
    relate(tx, Ref("milestone", milestone.id), Link.EVIDENCES, Ref("evidence", evidence.id))
    keep(tx, item, MilestoneReported(stream_id=AGENDA, item_id=item.id, milestone_id=milestone.id),
         before={"status": was}, after={"milestone": milestone.statement, "status": evidence.status,
                                        "note": evidence.note, "publisher": evidence.publisher})
