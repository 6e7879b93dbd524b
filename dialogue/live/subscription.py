"""A socket's subscription to a stream."""

from dataclasses import dataclass

from dialogue.core.record import Audience


@dataclass(frozen=True)
class Subscription:
    """A person's access to a stream: the audience they belong to, and how presence counts them.

    `present_as` identifies the person in the presence count, so that several windows count once (None: not counted).
    `actor_set` is set only where it may be shown.
    """

    audience: Audience
    role: str = "public"
    attribution: str = ""
    voice: str | None = None
    present_as: str | None = None
    actor_set: str | None = None
