"""What a person's place in a room is judged by, whether it was read as a row of its table or with many others."""

from enum import StrEnum
from typing import Protocol

from dialogue.core.attribution import AttributionRule


class Standing(Protocol):
    """A place's role, and the rule that its holder acknowledged."""

    @property
    def role(self) -> StrEnum:
        """The role."""

    @property
    def acknowledged(self) -> AttributionRule | None:
        """The rule, once one was acknowledged."""
