"""Attribution: the one place where a person is turned into a name, or is not.

Under the Chatham House Rule "neither the identity nor the affiliation of the speaker(s), nor that of any other
participant, may be revealed" (Chatham House); `closed` keeps the content inside as well.
"""

from dataclasses import dataclass
from enum import StrEnum

MARKED_ROLES = ("chair", "co_chair", "rapporteur", "guest")
MIN_GROUP_SIZE = 5  # A smaller group in a breakdown would point at its people.


class AttributionRule(StrEnum):
    """How much of what is said here may be carried outside, and with which name; strictest last."""

    ON_RECORD = "on_record"
    CHATHAM_HOUSE = "chatham_house"
    CLOSED = "closed"

    @property
    def hides_people(self) -> bool:
        """Tell whether all people are shown by handles only."""
        return self is not AttributionRule.ON_RECORD

    def may_become(self, other: "AttributionRule") -> bool:
        """A rule people already spoke under may be tightened, never loosened."""
        order = list(AttributionRule)
        return order.index(other) >= order.index(self)


class ActorSet(StrEnum):
    """The three sets of actors of the founding paper (§4.2), and people without an actor."""

    STATE = "state"
    CIVIL_SOCIETY = "civil_society"
    INTL_CIVIL_SERVICE = "intl_civil_service"
    PUBLIC = "public"


class Capacity(StrEnum):
    """Whether a person speaks for their actor or for themselves. Personal words never count as the actor's."""

    OFFICIAL = "official"
    PERSONAL = "personal"


@dataclass(frozen=True)
class Identity:
    """The person behind a voice: leaves the process through `byline` only."""

    person_name: str
    actor_name: str | None
    actor_set: ActorSet
    capacity: Capacity
    role: str = ""
    namesakes: int = 0  # People here whose name looks the same and comes first.


@dataclass(frozen=True)
class Byline:
    """What is printed beside a contribution. With a handle, everything else is empty.

    `role` is told where it gives powers or tells a guest; `number` is 0, or 2 and more for the second and later
    people in the room whose names look alike.
    """

    handle: str = ""
    name: str = ""
    affiliation: str = ""
    capacity: str = ""
    actor_set: str = ""
    role: str = ""
    number: int = 0

    @property
    def called(self) -> str:
        """The handle or the name alone, for places without room for marks; no name can hold a square bracket."""
        return self.handle or (f"{self.name} [{self.number}]" if self.number else self.name)

    @property
    def shown(self) -> str:
        """The byline in one line, for places without room for marks."""
        return f"{self.called} ({self.affiliation})" if self.affiliation else self.called


def byline(rule: AttributionRule, handle: str, identity: Identity | None) -> Byline:
    """The byline of a voice in a room under `rule`. Callers under a hiding rule have no identity to give."""
    if rule.hides_people or identity is None:
        return Byline(handle=handle)
    return Byline(name=identity.person_name, affiliation=identity.actor_name or "",
                  capacity=identity.capacity if identity.actor_name else "", actor_set=identity.actor_set,
                  role=identity.role if identity.role in MARKED_ROLES else "",
                  number=identity.namesakes + 1 if identity.namesakes else 0)
