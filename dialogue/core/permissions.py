"""Permissions: one table, deny by default. A thing that a person may not see is not found."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any, Protocol

from dialogue.core.errors import NotFound, NotPermitted, NotSignedIn
from dialogue.core.i18n import lazy_gettext as _


class Role(StrEnum):
    """What a person is with regard to a thing. A person has several at once."""

    PUBLIC = "public"  # All people, signed in or not.
    SIGNED_IN = "signed_in"  # Has an account (a hall's guest has none).
    CONVENOR = "convenor"  # The secretariat: sets up, never votes by that role.
    INVITED = "invited"  # Holds a place but has not acknowledged the attribution rule.
    MEMBER = "member"  # Holds a place and has entered: all below are members.
    OBSERVER = "observer"
    PARTICIPANT = "participant"
    GUEST = "guest"  # Came to a town hall by code.
    RAPPORTEUR = "rapporteur"
    CO_CHAIR = "co_chair"
    CHAIR = "chair"
    AUTHOR = "author"  # Of this very thing, as its voice or sponsor.
    CHAMPION = "champion"  # Of this agenda item.
    FOCAL_POINT = "focal_point"  # Of this actor: confirms the people who take part for it.


class Permission(StrEnum):
    """Everything that can be refused."""

    HOUSE_MANAGE = "house:manage"
    ACCOUNT_EDIT = "account:edit"
    ACCOUNT_PREFER = "account:prefer"
    ACTOR_EDIT = "actor:edit"
    ACTOR_VOUCH = "actor:vouch"
    PERSON_INVITE = "person:invite"
    TOKEN_MAKE = "token:make"  # noqa: S105 - a permission, not a password.
    THEME_EDIT = "theme:edit"
    ROOM_CREATE = "room:create"
    ROOM_MANAGE = "room:manage"
    ROOM_ENTER = "room:enter"
    ROOM_JOIN = "room:join"
    ROOM_READ = "room:read"
    CONTRIBUTION_POST = "contribution:post"
    CONTRIBUTION_SUPPORT = "contribution:support"
    CONTRIBUTION_EDIT = "contribution:edit"
    CONTRIBUTION_RETRACT = "contribution:retract"
    CONTRIBUTION_HIDE = "contribution:hide"
    HALL_CREATE = "hall:create"
    HALL_JOIN = "hall:join"
    HALL_RUN = "hall:run"
    GUEST_VOTES_SET = "guest_votes:set"
    GUEST_CHECK_IN = "guest:check_in"
    GUEST_VOTE_TAKE = "guest_vote:take"
    QUESTION_ASK = "question:ask"
    QUESTION_SUPPORT = "question:support"
    QUESTION_MODERATE = "question:moderate"
    STRAW_POLL_RUN = "straw_poll:run"
    STRAW_POLL_ANSWER = "straw_poll:answer"
    PROPOSAL_DRAFT = "proposal:draft"
    PROPOSAL_REVISE = "proposal:revise"
    PROPOSAL_SUBMIT = "proposal:submit"
    PROPOSAL_WITHDRAW = "proposal:withdraw"
    PROPOSAL_SPONSOR = "proposal:sponsor"
    PROPOSAL_ENDORSE = "proposal:endorse"
    BALLOT_OPEN = "ballot:open"
    BALLOT_CLOSE = "ballot:close"
    BALLOT_CAST = "ballot:cast"
    BALLOT_EXPLAIN = "ballot:explain"
    OUTCOME_DRAFT = "outcome:draft"
    OUTCOME_EDIT = "outcome:edit"
    SUMMARY_SIGN = "summary:sign"
    OUTCOME_SIGN = "outcome:sign"
    OUTCOME_PUBLISH = "outcome:publish"
    OUTCOME_CORRECT = "outcome:correct"
    AGENDA_EDIT = "agenda:edit"
    AGENDA_RATE = "agenda:rate"
    AGENDA_REPORT = "agenda:report"
    EXPORT_MAKE = "export:make"


R, P = Role, Permission
CHAIRS = frozenset({R.CHAIR, R.CO_CHAIR})
RECORDERS = CHAIRS | {R.RAPPORTEUR}
SPEAKERS = RECORDERS | {R.PARTICIPANT, R.GUEST}
PROPOSERS = RECORDERS | {R.PARTICIPANT}
MANAGERS = CHAIRS | {R.CONVENOR}

RULES: dict[Permission, frozenset[Role]] = {
    P.HOUSE_MANAGE: frozenset({R.CONVENOR}),
    P.ACCOUNT_EDIT: frozenset({R.SIGNED_IN}),  # … one's own.
    P.ACCOUNT_PREFER: frozenset({R.PUBLIC}),  # … one's own language and time zone, guests too.
    P.ACTOR_EDIT: frozenset({R.CONVENOR}),
    P.ACTOR_VOUCH: frozenset({R.CONVENOR, R.FOCAL_POINT}),  # A chair proposes, and confers nothing.
    P.PERSON_INVITE: MANAGERS,
    P.TOKEN_MAKE: frozenset({R.SIGNED_IN}),
    P.THEME_EDIT: frozenset({R.CONVENOR}),
    P.ROOM_CREATE: frozenset({R.CONVENOR}),
    P.ROOM_MANAGE: MANAGERS,
    P.ROOM_ENTER: frozenset({R.INVITED, R.MEMBER}),
    P.ROOM_JOIN: frozenset({R.SIGNED_IN}),
    P.ROOM_READ: frozenset({R.PUBLIC}),
    P.CONTRIBUTION_POST: SPEAKERS,
    P.CONTRIBUTION_SUPPORT: SPEAKERS,
    P.CONTRIBUTION_EDIT: frozenset({R.AUTHOR}),
    P.CONTRIBUTION_RETRACT: frozenset({R.AUTHOR}),
    P.CONTRIBUTION_HIDE: CHAIRS,
    P.HALL_CREATE: frozenset({R.CONVENOR}),
    P.HALL_JOIN: frozenset({R.PUBLIC}),  # A person with its code.
    P.HALL_RUN: MANAGERS,
    P.GUEST_VOTES_SET: frozenset({R.CONVENOR}),  # A moderator must not open the roll to all people with the code.
    P.GUEST_CHECK_IN: MANAGERS,
    P.GUEST_VOTE_TAKE: frozenset({R.MEMBER}),  # A member without an account.
    P.QUESTION_ASK: SPEAKERS | {R.OBSERVER},
    P.QUESTION_SUPPORT: SPEAKERS | {R.OBSERVER},
    P.QUESTION_MODERATE: CHAIRS,
    P.STRAW_POLL_RUN: CHAIRS,
    P.STRAW_POLL_ANSWER: SPEAKERS,
    P.PROPOSAL_DRAFT: PROPOSERS,
    P.PROPOSAL_REVISE: frozenset({R.AUTHOR}) | CHAIRS,
    P.PROPOSAL_SUBMIT: frozenset({R.AUTHOR}),
    P.PROPOSAL_WITHDRAW: frozenset({R.AUTHOR}),
    P.PROPOSAL_SPONSOR: PROPOSERS,
    P.PROPOSAL_ENDORSE: PROPOSERS,
    P.BALLOT_OPEN: CHAIRS,
    P.BALLOT_CLOSE: CHAIRS,
    P.BALLOT_CAST: SPEAKERS,  # A speaker on the ballot's frozen roll; an observer has no vote.
    P.BALLOT_EXPLAIN: SPEAKERS,
    P.OUTCOME_DRAFT: RECORDERS,
    P.OUTCOME_EDIT: RECORDERS,
    P.SUMMARY_SIGN: frozenset({R.RAPPORTEUR}),
    P.OUTCOME_SIGN: CHAIRS,
    P.OUTCOME_PUBLISH: CHAIRS,
    P.OUTCOME_CORRECT: RECORDERS,
    P.AGENDA_EDIT: frozenset({R.CONVENOR, R.CHAMPION}),
    P.AGENDA_RATE: frozenset({R.CONVENOR, R.CHAMPION}),
    P.AGENDA_REPORT: frozenset({R.CONVENOR, R.CHAMPION}),
    P.EXPORT_MAKE: frozenset({R.PUBLIC}),
}


class Guarded(Protocol):
    """A thing that knows a person's roles towards it, and which roles may see it."""

    def roles_of(self, person: Any) -> frozenset[Role]:
        """Return the roles of a person, or of the public (`None`), towards the thing."""

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """Tell whether a person with these roles may see the thing."""


class House:
    """The platform itself, for what belongs to no room."""

    def roles_of(self, person: Any) -> frozenset[Role]:
        """Convenors, account holders, and the rest."""
        return house_roles(person)

    def is_seen_by(self, roles: frozenset[Role]) -> bool:
        """The installation is public."""
        return R.PUBLIC in roles


HOUSE = House()


def is_active(person: Any) -> bool:
    """Tell whether there is a person whose account is not disabled: any other reader is the public."""
    return person is not None and person.disabled_at is None


def house_roles(person: Any) -> frozenset[Role]:
    """Return the roles that a person has towards every thing."""
    if not is_active(person) or person.is_guest:
        return frozenset({R.PUBLIC})
    return frozenset({R.PUBLIC, R.SIGNED_IN} | ({R.CONVENOR} if person.is_convenor else set()))


def allows(roles: Collection[Role], permission: Permission) -> bool:
    """Whether one of the roles suffices."""
    return not RULES[permission].isdisjoint(roles)


def permit(person: Any, permission: Permission, thing: Guarded = HOUSE, *,
           roles: frozenset[Role] | None = None) -> frozenset[Role]:
    """Let the action go on, or raise NotFound, NotSignedIn or NotPermitted. Returns the person's roles.

    `roles` is for callers who have just read those of many people at once.
    """
    roles = thing.roles_of(person) if roles is None else roles
    if not thing.is_seen_by(roles):
        raise NotFound()
    if allows(roles, permission):
        return roles
    if person is None:
        raise NotSignedIn(_("Sign in first."))
    raise NotPermitted(_("Your role here does not include this."))
