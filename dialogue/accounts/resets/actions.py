"""What sets a lost password anew: a convenor's link that works once, or the operator's command."""

from datetime import timedelta

from sqlalchemy import delete, select

from dialogue.accounts.events import PasswordReset, PasswordResetIssued, PasswordResetWithdrawn
from dialogue.accounts.models import Person, SignIn
from dialogue.accounts.passwords import normal
from dialogue.accounts.queries import person_by_email
from dialogue.accounts.resets.models import ResetLink
from dialogue.accounts.resets.queries import open_links
from dialogue.accounts.secrets import digest, hash_password, new_secret
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import HOUSE
from dialogue.core.transaction import Transaction, transaction

VALID_FOR = timedelta(days=2)


def issue(person: Person, person_id: str) -> tuple[ResetLink, str]:
    """Issue a reset link, in place of one that still works. Returns it with the secret of its address."""
    secret = new_secret()
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        other = tx.fetch(Person, person_id)
        _refuse_unless_resettable(person, other)
        _withdraw_open(tx, other)
        link = ResetLink(digest=digest(secret), person_id=other.id, issued_by_id=person.id, created_at=now(),
                         expires_at=now() + VALID_FOR)
        tx.add(link)
        tx.record(PasswordResetIssued(stream_id=HOUSE, reset_id=link.id, person_id=other.id, by_id=person.id))
    return link, secret


def _refuse_unless_resettable(person: Person, other: Person) -> None:
    if other.is_guest:
        raise NotFound()
    if other.id == person.id:
        raise Conflict(_("This is your own account: change your password on your account page."))
    if other.disabled_at is not None:
        raise Conflict(_("This account is disabled. Open it again first."))


def withdraw(person: Person, person_id: str) -> None:
    """Withdraw the link that was issued for an account. Raises Conflict where none works any more."""
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        if not _withdraw_open(tx, tx.fetch(Person, person_id)):
            raise Conflict(_("No reset link of this account works any more."))


def _withdraw_open(tx: Transaction, other: Person) -> int:
    links = tx.session.scalars(open_links(other.id)).all()
    for link in links:
        link.revoked_at = now()
        tx.record(PasswordResetWithdrawn(stream_id=HOUSE, reset_id=link.id, person_id=other.id))
    return len(links)


def redeem(secret: str, *, password: str) -> Person:
    """Set a new password by a link and end all sign-ins of the account. Holding the secret is the permission."""
    hashed = hash_password(normal(password))
    with transaction() as tx:
        link = tx.fetch(ResetLink, _id_of(tx, secret))
        link.use(now())
        other = tx.fetch(Person, link.person_id)
        if other.disabled_at is not None:
            raise Conflict(_("This account is disabled. Ask a convenor."))
        _set(tx, other, hashed, link.id)
    return other


def _id_of(tx: Transaction, secret: str) -> str:
    found = tx.session.scalars(select(ResetLink.id).where(ResetLink.digest == digest(secret))).one_or_none()
    if found is None:
        raise NotFound()
    return found


def reset_by_operator(*, email: str, password: str) -> Person:
    """Set a new password as the operator of the machine, and end all sign-ins. Raises Invalid at "email"."""
    hashed = hash_password(normal(password))
    with transaction() as tx:
        found = person_by_email(email)
        if found is None:
            raise Invalid("email", _("No account has this address."))
        other = tx.fetch(Person, found.id)
        _withdraw_open(tx, other)
        # A row without an issuer, used at once: the person reads in the account's history that this happened.
        done = ResetLink(digest=digest(new_secret()), person_id=other.id, created_at=now(), expires_at=now(),
                         used_at=now())
        tx.add(done)
        _set(tx, other, hashed, done.id)
    return other


def _set(tx: Transaction, other: Person, hashed: str, reset_id: str) -> None:
    other.password_hash = hashed
    tx.session.execute(delete(SignIn).where(SignIn.person_id == other.id))
    tx.record(PasswordReset(stream_id=HOUSE, reset_id=reset_id, person_id=other.id))
