"""By which measure a town hall's guests get a vote. Guests have no account, so each measure says how sure one is.

An address confirmed by mail is no measure: Dialogue sends no mail.
"""

from enum import StrEnum


class GuestVotes(StrEnum):
    """What a guest needs to vote; chosen by a convenor, shown to guests, in ballots and in results."""

    NONE = "none"  # Guests take part and have no vote.
    CODES = "codes"  # A single-use voting code that a convenor handed out.
    DOOR = "door"  # A moderator checked the guest in.
    UNVERIFIED = "unverified"  # Nothing but the registration, so many a minute from each network address.

    def accepts(self, verified_by: "GuestVotes | None") -> bool:
        """Whether a guest who was verified in this way has a vote under this measure."""
        return verified_by in self.accepted

    @property
    def accepted(self) -> tuple["GuestVotes", ...]:
        """The ways of verifying that count: its own; open registration takes stricter ones too."""
        if self is GuestVotes.UNVERIFIED:
            return GuestVotes.CODES, GuestVotes.DOOR, GuestVotes.UNVERIFIED
        return () if self is GuestVotes.NONE else (self,)
