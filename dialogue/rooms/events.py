"""What happens to themes, rooms and places, as facts.

Events of coming and going name no voice: a reader who knows who came at that moment would know their voice.
"""

from dataclasses import dataclass

from dialogue.core.record import Audience, Event


@dataclass(frozen=True, kw_only=True)
class RoomOpened(Event):
    """A room was made."""

    audience = Audience.PUBLIC
    room_id: str


@dataclass(frozen=True, kw_only=True)
class RoomChanged(Event):
    """A room's title, purpose or goals were reworded."""

    audience = Audience.PUBLIC
    room_id: str


@dataclass(frozen=True, kw_only=True)
class AttributionTightened(Event):
    """The room's attribution rule became stricter; all members have to acknowledge it again."""

    audience = Audience.PUBLIC
    rule: str


@dataclass(frozen=True, kw_only=True)
class RoomClosed(Event):
    """The room was sealed."""

    audience = Audience.PUBLIC
    room_id: str


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """A person was given a place."""


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """A member gave up their place."""


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """A member's place was revoked."""


@dataclass(frozen=True, kw_only=True)
class PlaceChanged(Event):
    """A member's role, actor, capacity or right to vote changed."""

    audience = Audience.MODERATORS


@dataclass(frozen=True, kw_only=True)
class ThemeAdded(Event):
    """A theme was added."""

    audience = Audience.PUBLIC
    theme_id: str


@dataclass(frozen=True, kw_only=True)
class ThemeChanged(Event):
    """A theme was reworded."""

    audience = Audience.PUBLIC
    theme_id: str
