"""What happens to themes, rooms and places, as facts.

Nobody's coming or going names a voice: whoever knows who came at that moment would know whose voice it is.
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
    """Somebody was given a place."""


@dataclass(frozen=True, kw_only=True)
class MemberLeft(Event):
    """Somebody gave their place up."""


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """Somebody's place was taken away."""


@dataclass(frozen=True, kw_only=True)
class PlaceChanged(Event):
    """Somebody's role, actor, capacity or right to vote changed."""

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
