"""What changes invitations: handing a link out, withdrawing it, using it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from dialogue.accounts.actions import register
from dialogue.accounts.claims.actions import may_vouch
from dialogue.accounts.events import InvitationMade, InvitationRedeemed, InvitationRevoked
from dialogue.accounts.models import Invitation, Person
from dialogue.accounts.passwords import normal
from dialogue.accounts.queries import chosen_actor
from dialogue.accounts.secrets import digest, hash_password, new_secret
from dialogue.core.attribution import Capacity
from dialogue.core.clock import now
from dialogue.core.errors import Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.idempotency import answer, answered, fingerprint
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import HOUSE
from dialogue.core.transaction import Transaction, transaction

MAX_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Guest:
    """The person an invitation is for: a note of the name, their actor, and the days it is valid."""

    name: str = ""
    actor_id: str | None = None
    capacity: Capacity = Capacity.PERSONAL
    days: int = 7


def invite(person: Person, guest: Guest, *, key: str) -> tuple[Invitation, str]:
    """Hand out a link to an account in this house. Returns it with the secret of its address."""
    with transaction() as tx:
        permit(person, Permission.PERSON_INVITE)
        return hand_out(tx, person, guest, key=key)


def hand_out(tx: Transaction, inviter: Person, guest: Guest, *, key: str, to: str = HOUSE) -> tuple[Invitation, str]:
    """Within an open transaction: make an invitation, or give the one this key made a new secret.

    A second press with the same key means that the first answer was not seen. `to` is the stream of the
    place it leads to.
    """
    if not 1 <= guest.days <= MAX_DAYS:
        raise Invalid("days", _("Choose 1 to %(most)s days.", most=MAX_DAYS))
    secret, asked = new_secret(), fingerprint("invitation", to, guest)
    earlier = answered(tx, inviter.id, key, asked)
    if earlier is not None:
        invitation = tx.fetch(Invitation, earlier)
        invitation.refuse_unless_usable(now())
        invitation.digest = digest(secret)
        return invitation, secret
    invitation = _new(inviter, guest, secret)
    tx.add(invitation)
    answer(tx, inviter.id, key, asked, invitation.id)
    tx.record(InvitationMade(stream_id=HOUSE, invitation_id=invitation.id))
    return invitation, secret


def _new(inviter: Person, guest: Guest, secret: str) -> Invitation:
    actor = chosen_actor(guest.actor_id)
    return Invitation(
        digest=digest(secret), name=guest.name, actor_id=actor.id if actor else None,
        capacity=guest.capacity if actor else Capacity.PERSONAL, invited_by_id=inviter.id, created_at=now(),
        is_vouched=actor is not None and may_vouch(inviter, actor),
        expires_at=now() + timedelta(days=guest.days))


def revoke(person: Person, invitation_id: str) -> Invitation:
    """Withdraw a link, as a convenor."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        return withdraw(tx, invitation_id)


def withdraw(tx: Transaction, invitation_id: str) -> Invitation:
    """Within an open transaction: withdraw a link."""
    invitation = tx.fetch(Invitation, invitation_id)
    invitation.revoke(now())
    tx.record(InvitationRevoked(stream_id=HOUSE, invitation_id=invitation.id))
    return invitation


def redeem(person: Person, secret: str) -> Invitation:
    """Redeem an invitation with an existing account."""
    with transaction() as tx:
        permit(person, Permission.ACCOUNT_EDIT)
        return _use_up(tx, secret, person)


def redeem_as_new(secret: str, *, name: str, email: str, password: str, language: str,
                  time_zone: str) -> tuple[Person, Invitation]:
    """Use a link up by making an account. Holding its secret is the permission."""
    hashed = hash_password(normal(password))
    with transaction() as tx:
        invitation = _locked(tx, secret)
        invitation.refuse_unless_usable(now())
        person = Person(name=name, email=email, password_hash=hashed, language=language, time_zone=time_zone)
        if invitation.is_vouched:  # Otherwise rooms make a claim of it.
            person.actor_id, person.capacity = invitation.actor_id, invitation.capacity
        register(tx, person)
        return person, _use_up(tx, secret, person)


def _use_up(tx: Transaction, secret: str, person: Person) -> Invitation:
    invitation = _locked(tx, secret)
    invitation.redeem(person.id, now())
    tx.record(InvitationRedeemed(stream_id=HOUSE, invitation_id=invitation.id, person_id=person.id))
    return invitation


def _locked(tx: Transaction, secret: str) -> Invitation:
    query = select(Invitation.id).where(Invitation.digest == digest(secret))
    found = tx.session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return tx.fetch(Invitation, found)
