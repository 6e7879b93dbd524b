"""Convenors' changes to accounts: disabling, appointing convenors, and setting actors."""

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from dialogue.accounts.events import (
    ActorChanged,
    ConvenorAppointed,
    ConvenorDismissed,
    FocalPointAppointed,
    FocalPointDismissed,
    PersonChanged,
    PersonDisabled,
    PersonEnabled,
)
from dialogue.accounts.models import Actor, Person, RegionalGroup, SignIn, Subtype
from dialogue.accounts.queries import chosen_actor
from dialogue.core.attribution import ActorSet, Capacity
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import HOUSE, Stream
from dialogue.core.transaction import Transaction, transaction


def disable(person: Person, person_id: str) -> Person:
    """Disable a person's account and end all its sign-ins."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        other = _fetch_beside_the_convenors(tx, person_id)
        _refuse_if_last(tx, other)
        other.disable(now())
        tx.session.execute(delete(SignIn).where(SignIn.person_id == other.id))
        tx.record(PersonDisabled(stream_id=HOUSE, person_id=other.id))
    return other


def enable(person: Person, person_id: str) -> Person:
    """Open a shut account again."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        other = tx.fetch(Person, person_id)
        other.enable()
        tx.record(PersonEnabled(stream_id=HOUSE, person_id=other.id))
    return other


def appoint_convenor(person: Person, person_id: str) -> Person:
    """Appoint a person as convenor."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        other = tx.fetch(Person, person_id)
        other.appoint()
        tx.record(ConvenorAppointed(stream_id=HOUSE, person_id=other.id))
    return other


def dismiss_convenor(person: Person, person_id: str) -> Person:
    """Dismiss a convenor."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        other = _fetch_beside_the_convenors(tx, person_id)
        _refuse_if_last(tx, other)
        other.dismiss()
        tx.record(ConvenorDismissed(stream_id=HOUSE, person_id=other.id))
    return other


def assign_actor(person: Person, person_id: str, *, actor_id: str | None, capacity: Capacity) -> Person:
    """Set a person's actor and capacity. Their existing places stay unchanged."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        other = tx.fetch(Person, person_id)
        actor = chosen_actor(actor_id)
        other.come_for(actor.id if actor else None, capacity)
        tx.record(PersonChanged(stream_id=HOUSE, person_id=other.id))
    return other


def appoint_focal_point(person: Person, person_id: str) -> Person:
    """Appoint a person as focal point of their actor: they may confirm its people."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        other = tx.fetch(Person, person_id)
        other.appoint_focal_point()
        tx.record(FocalPointAppointed(stream_id=HOUSE, person_id=other.id))
    return other


def dismiss_focal_point(person: Person, person_id: str) -> Person:
    """Take the mark of a focal point away. What it confirmed stays."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        other = tx.fetch(Person, person_id)
        other.dismiss_focal_point()
        tx.record(FocalPointDismissed(stream_id=HOUSE, person_id=other.id))
    return other


def change_actor(person: Person, actor_id: str, *, name: str, actor_set: ActorSet, subtype: Subtype,
                 country: str = "", regional_group: RegionalGroup | None = None) -> Actor:
    """Correct an actor's name, set, subtype, country or regional group."""
    with transaction() as tx:
        permit(person, Permission.ACTOR_EDIT)
        actor = tx.fetch(Actor, actor_id)
        actor.name, actor.actor_set, actor.subtype = name, actor_set, subtype
        actor.country, actor.regional_group = country, regional_group
        try:
            tx.session.flush()
        except IntegrityError as taken:
            raise Invalid("name", _("There is an actor with this name already.")) from taken
        tx.record(ActorChanged(stream_id=HOUSE, actor_id=actor.id))
    return actor


def _fetch_beside_the_convenors(tx: Transaction, person_id: str) -> Person:
    # The installation is locked first: two convenors must not dismiss each other and leave none.
    tx.fetch(Stream, HOUSE)
    return tx.fetch(Person, person_id)


def _refuse_if_last(tx: Transaction, other: Person) -> None:
    active = select(func.count()).select_from(Person).where(Person.is_convenor, Person.disabled_at.is_(None))
    if other.is_convenor and other.disabled_at is None and tx.session.scalar(active) == 1:
        raise Conflict(_("This is the last convenor. Appoint another convenor first."))
