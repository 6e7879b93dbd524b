"""What changes accounts: registering, signing in and out."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from dialogue.accounts.events import ActorAdded, PersonRegistered, SignInEnded
from dialogue.accounts.models import Actor, Person, RegionalGroup, SignIn, Subtype
from dialogue.accounts.passwords import normal
from dialogue.accounts.queries import has_convenor, person_by_email
from dialogue.accounts.secrets import digest, hash_password, is_password, new_secret
from dialogue.core import mail_addresses
from dialogue.core.attribution import ActorSet, Capacity
from dialogue.core.clock import now
from dialogue.core.errors import Conflict, Invalid
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.permissions import Permission, permit
from dialogue.core.record import HOUSE, Stream
from dialogue.core.transaction import Transaction, transaction

SIGNED_IN_FOR = timedelta(days=30)


def create_first_convenor(*, name: str, email: str, password: str, language: str = "en",
                          time_zone: str = "UTC") -> Person:
    """Make the account that sets everything up. Raises Conflict once there is one."""
    hashed = hash_password(normal(password))
    with transaction() as tx:
        tx.fetch(Stream, HOUSE)  # Locked first: two requests must not both create the first convenor.
        if has_convenor():
            raise Conflict(_("There is a convenor already. Ask them for an invitation."))
        return register(tx, Person(name=name, email=email, password_hash=hashed, is_convenor=True,
                                   language=language, time_zone=time_zone))


def create_convenor(*, name: str, email: str, password: str) -> Person:
    """Make a convenor's account, as the operator of the machine."""
    hashed = hash_password(normal(password))
    with transaction() as tx:
        return register(tx, Person(name=name, email=email, password_hash=hashed, is_convenor=True))


def add_actor(person: Person, *, name: str, actor_set: ActorSet, subtype: Subtype, country: str = "",
              regional_group: RegionalGroup | None = None) -> Actor:
    """Add a state, organisation or office."""
    with transaction() as tx:
        permit(person, Permission.ACTOR_EDIT)
        actor = Actor(name=name, actor_set=actor_set, subtype=subtype, country=country,
                      regional_group=regional_group, created_at=now())
        add_under_its_name(tx, actor)
        tx.record(ActorAdded(stream_id=HOUSE, actor_id=actor.id))
    return actor


def register_person(person: Person, *, name: str, email: str, password: str, actor_id: str | None = None,
                    capacity: Capacity = Capacity.PERSONAL, is_convenor: bool = False) -> Person:
    """Create another person's account, as a convenor."""
    hashed = hash_password(normal(password))
    with transaction() as tx:
        permit(person, Permission.HOUSE_MANAGE)
        return register(tx, Person(name=name, email=email, password_hash=hashed, actor_id=actor_id,
                                   capacity=capacity, is_convenor=is_convenor))


def register(tx: Transaction, person: Person) -> Person:
    """Within an open transaction: put a new account in. Raises Invalid when its address has one already."""
    person.created_at = now()
    person.email = mail_addresses.normal(person.email or "")
    try:
        tx.add(person)
    except IntegrityError as taken:
        raise Invalid("email", _("There is an account with this address already. Sign in instead; if the "
                                 "password is lost, ask a convenor for a reset link.")) from taken
    tx.record(PersonRegistered(stream_id=HOUSE, person_id=person.id))
    return person


def add_under_its_name(tx: Transaction, actor: Actor) -> None:
    """Within an open transaction: write the actor down. Raises Invalid when another one has its name."""
    try:
        tx.add(actor)
    except IntegrityError as taken:
        raise Invalid("name", _("There is an actor with this name already.")) from taken


def check_password(*, email: str, password: str) -> Person:
    """The person these belong to. Raises Invalid, never saying which of the two was wrong."""
    found = person_by_email(email)
    fits = is_password(found.password_hash if found else None, normal(password))
    if not fits or found is None or found.disabled_at:
        raise Invalid("password", _("No account with this address and password. Check both, then try again."))
    return found


def start_sign_in(person: Person) -> str:
    """Sign a browser in; returns the secret its cookie holds."""
    secret = new_secret()
    with transaction() as tx:
        tx.add(SignIn(digest=digest(secret), person_id=person.id, started_at=now(), expires_at=now() + SIGNED_IN_FOR))
    return secret


def end_sign_in(secret: str) -> None:
    """Sign one browser out."""
    with transaction() as tx:
        ended = delete(SignIn).where(SignIn.digest == digest(secret)).returning(SignIn.person_id)
        for person_id in tx.session.scalars(ended).all():
            tx.record(SignInEnded(stream_id=HOUSE, person_id=person_id))


def end_all_sign_ins(person: Person) -> None:
    """Sign the person out everywhere."""
    with transaction() as tx:
        permit(person, Permission.ACCOUNT_EDIT)
        tx.session.execute(delete(SignIn).where(SignIn.person_id == person.id))
        tx.record(SignInEnded(stream_id=HOUSE, person_id=person.id))
