"""What happens to themes, rooms and places, as facts."""

from dataclasses import dataclass

from dialogue.core.record import Audience, Event


@dataclass(frozen=True, kw_only=True)
class RoomOpened(Event):
    """A room was made."""

    audience = Audience.PUBLIC
    room_id: str


@dataclass(frozen=True, kw_only=True)
class AttributionTightened(Event):
    """The room's attribution rule became stricter; everybody has to acknowledge it anew."""

    audience = Audience.PUBLIC
    rule: str


@dataclass(frozen=True, kw_only=True)
class RoomClosed(Event):
    """The room was sealed."""

    audience = Audience.PUBLIC
    room_id: str


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """A voice came in."""

    voice_id: str


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """A voice lost its place."""

    audience = Audience.MODERATORS
    voice_id: str


@dataclass(frozen=True, kw_only=True)
class ThemeAdded(Event):
    """A theme was added."""

    audience = Audience.PUBLIC
    theme_id: str
