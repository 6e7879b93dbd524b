"""What people change about their own account: how they are called, their password, their tokens."""

from datetime import timedelta

from sqlalchemy import delete

from dialogue.accounts.events import PasswordChanged, PersonChanged, TokenMade, TokenRevoked
from dialogue.accounts.models import AccessToken, Person, SignIn
from dialogue.accounts.passwords import normal
from dialogue.accounts.resets.queries import open_links
from dialogue.accounts.secrets import digest, hash_password, is_password, new_secret
from dialogue.core.clock import now
from dialogue.core.errors import Invalid, NotFound
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.idempotency import answer, answered, fingerprint
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import HOUSE
from dialogue.core.transaction import transaction


def change_profile(person: Person, *, name: str, language: str, time_zone: str) -> Person:
    """Change how the person is called and addressed."""
    with transaction() as tx:
        permit(person, Permission.ACCOUNT_EDIT)
        own = tx.fetch(Person, person.id)
        own.name, own.language, own.time_zone = name, language, time_zone
        tx.record(PersonChanged(stream_id=HOUSE, person_id=own.id))
    return own


def change_preferences(person: Person, *, language: str, time_zone: str) -> Person:
    """Change the person's language and time zone; guests, whose name stays as they came in, do this too."""
    with transaction() as tx:
        permit(person, Permission.ACCOUNT_PREFER)
        own = tx.fetch(Person, person.id)
        own.language, own.time_zone = language, time_zone
        tx.record(PersonChanged(stream_id=HOUSE, person_id=own.id))
    return own


def change_password(person: Person, *, current: str, new: str, stay: str) -> None:
    """Set a new password and sign every other browser out; `stay` is the secret of the browser at hand.

    Raises Invalid at "current" when that is not the present password.
    """
    if not is_password(person.password_hash, normal(current)):
        raise Invalid("current", _("This is not your present password."))
    hashed = hash_password(normal(new))
    with transaction() as tx:
        permit(person, Permission.ACCOUNT_EDIT)
        own = tx.fetch(Person, person.id)
        own.password_hash = hashed
        tx.session.execute(delete(SignIn).where(SignIn.person_id == own.id, SignIn.digest != digest(stay)))
        for link in tx.session.scalars(open_links(own.id)):
            link.revoked_at = now()  # Issued for a password that is no longer lost.
        tx.record(PasswordChanged(stream_id=HOUSE, person_id=own.id))


def make_token(person: Person, *, label: str, days: int | None, key: str) -> tuple[AccessToken, str]:
    """Make a personal access token, or give the one this key made a new secret. Returns it with its secret.

    A second press with the same key means that the first answer was not seen.
    """
    secret, asked = new_secret(), fingerprint("token", label, days)
    with transaction() as tx:
        permit(person, Permission.TOKEN_MAKE)
        earlier = answered(tx, person.id, key, asked)
        if earlier is not None:
            token = tx.fetch(AccessToken, earlier)
            token.digest = digest(secret)
            return token, secret
        expires = now() + timedelta(days=days) if days else None
        token = AccessToken(digest=digest(secret), person_id=person.id, label=label, created_at=now(),
                            expires_at=expires)
        tx.add(token)
        answer(tx, person.id, key, asked, token.id)
        tx.record(TokenMade(stream_id=HOUSE, token_id=token.id))
    return token, secret


def revoke_token(person: Person, token_id: str) -> AccessToken:
    """End one of the person's own tokens."""
    with transaction() as tx:
        permit(person, Permission.TOKEN_MAKE)
        token = tx.fetch(AccessToken, token_id)
        if token.person_id != person.id:
            raise NotFound()
        token.revoke(now())
        tx.record(TokenRevoked(stream_id=HOUSE, token_id=token.id, person_id=person.id))
    return token
