"""Reading accounts: sign-ins, tokens, people and actors."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from dialogue.accounts.models import AccessToken, Actor, Person, SignIn
from dialogue.accounts.secrets import digest
from dialogue.core import db, mail_addresses
from dialogue.core.clock import now
from dialogue.core.errors import Invalid
from dialogue.core.folding import in_order
from dialogue.core.i18n import lazy_gettext as _


class Known(NamedTuple):
    """A person, and the moment at which their secret expires (None: never)."""

    person: Person
    until: datetime | None


def person_signed_in(secret: str) -> Person | None:
    """The person of a cookie's secret, unless it was ended, is too old or the account is disabled."""
    found = people_signed_in([secret]).get(secret)
    return found.person if found else None


def people_signed_in(secrets: Collection[str]) -> dict[str, Known]:
    """The people of many cookies' secrets in one query, as `person_signed_in` finds each; others are missing."""
    return _people(_SIGNED_IN, secrets)


def person_of_token(secret: str) -> Person | None:
    """The person of a personal access token, unless it was revoked, is too old or the account is disabled."""
    found = people_of_tokens([secret]).get(secret)
    return found.person if found else None


def people_of_tokens(secrets: Collection[str]) -> dict[str, Known]:
    """The people of many tokens in one query, as `person_of_token` finds each; others are missing."""
    return _people(_WITH_TOKEN, secrets)


def _people(query: Any, secrets: Collection[str]) -> dict[str, Known]:
    by_digest = {digest(secret): secret for secret in secrets}
    found = db.session().execute(query, {"digests": list(by_digest), "now": now()})
    return {by_digest[shown]: Known(person, until) for shown, person, until in found}


# Hot statements are built once: building one costs as much as running it.
_DIGESTS: Any = bindparam("digests", expanding=True)
_NOW: Any = bindparam("now")
_SIGNED_IN = select(SignIn.digest, Person, SignIn.expires_at).join(SignIn.person).where(
    SignIn.digest.in_(_DIGESTS), SignIn.expires_at > _NOW, Person.disabled_at.is_(None))
_WITH_TOKEN = select(AccessToken.digest, Person, AccessToken.expires_at).join(AccessToken.person).where(
    AccessToken.digest.in_(_DIGESTS), AccessToken.revoked_at.is_(None), Person.disabled_at.is_(None),
    AccessToken.expires_at.is_(None) | (AccessToken.expires_at > _NOW))


def person_by_email(email: str) -> Person | None:
    """The account of an address, in whichever spelling.

    Old accounts may differ by their spelling alone (the migration left the later one as it was); there the exact
    spelling decides.
    """
    exact = email.strip().lower()
    found = db.session().scalars(select(Person).where(Person.email.in_({exact, mail_addresses.normal(email)})))
    return min(found, key=lambda person: person.email != exact, default=None)


def has_convenor() -> bool:
    """Tell whether the installation has a convenor."""
    return bool(db.session().scalar(select(func.count()).select_from(Person).where(Person.is_convenor)))


def actors() -> list[Actor]:
    """All actors by name."""
    return in_order(db.session().scalars(select(Actor).order_by(Actor.id)), lambda actor: actor.name)


def chosen_actor(actor_id: str | None) -> Actor | None:
    """Return the actor chosen in a form, or None. Raises Invalid for an unknown actor."""
    found = db.session().get(Actor, actor_id) if actor_id else None
    if actor_id and found is None:
        raise Invalid("actor", _("Choose one of the actors."))
    return found


def open_sign_ins(person: Person) -> list[SignIn]:
    """Return a person's sign-ins, newest first."""
    query = select(SignIn).where(SignIn.person_id == person.id, SignIn.expires_at > now())
    return list(db.session().scalars(query.order_by(SignIn.started_at.desc()).limit(50)))


def tokens_of(person: Person) -> list[AccessToken]:
    """Return a person's valid access tokens, newest first."""
    query = select(AccessToken).where(AccessToken.person_id == person.id, AccessToken.revoked_at.is_(None))
    return list(db.session().scalars(query.order_by(AccessToken.created_at.desc()).limit(100)))
