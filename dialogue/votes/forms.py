"""What a chair and a voter fill in, made into values."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

from dialogue.core import inputs, localtime
from dialogue.core.clock import now
from dialogue.core.errors import Invalid
from dialogue.core.gathering import together
from dialogue.core.i18n import lazy_gettext as _
from dialogue.votes.models import Terms, Visibility
from dialogue.votes.rules import Choice, Quorum, Rule

MAX_QUESTION_LENGTH, MAX_EXPLANATION_LENGTH = 300, 2000
# Answers travel in equal length, so that their size on the network does not reveal a vote.
MAX_CHOICE_LENGTH = max(len(choice) for choice in Choice)
PADDING = "."


class Ending(StrEnum):
    """How voting ends."""

    BY_HAND = "by_hand"
    DEADLINE = "deadline"


class Share(StrEnum):
    """The quorums offered."""

    NONE = "0/1"
    THIRD = "1/3"
    HALF = "1/2"
    TWO_THIRDS = "2/3"

    @property
    def quorum(self) -> Quorum:
        """The quorum itself."""
        numerator, denominator = self.value.split("/")
        return Quorum(int(numerator), int(denominator))


def terms(form: Mapping[str, object], zone: str) -> Terms:
    """Rule, quorum, visibility and deadline (a wall clock's time in `zone`). Raises Invalid at the field."""
    ending = inputs.choice(form, "ending", Ending, Ending.BY_HAND)
    at_deadline = ending is Ending.DEADLINE
    with together() as read:
        rule, visibility = read(inputs.choice, form, "rule", Rule), read(inputs.choice, form, "visibility", Visibility)
        quorum = read(inputs.choice, form, "quorum", Share, Share.NONE)
        closes_at = read(_deadline, form, zone) if at_deadline else None
    return Terms(rule=rule, visibility=visibility, quorum=quorum.quorum, closes_at=closes_at)


def _deadline(form: Mapping[str, object], zone: str) -> datetime:
    return inputs.moment(form, "closes_at", zone, after=now())


def terms_of_program(body: Mapping[str, object]) -> Terms:
    """The same from JSON, with the deadline as an ISO moment that names its zone, or none."""
    moment = inputs.text(body, "closes_at", max_length=40, required=False)
    return Terms(rule=inputs.choice(body, "rule", Rule), visibility=inputs.choice(body, "visibility", Visibility),
                 quorum=inputs.choice(body, "quorum", Share, Share.NONE).quorum,
                 closes_at=_instant(moment) if moment else None)


def _instant(moment: str) -> datetime:
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        found = datetime.min  # noqa: DTZ901 - refused below, like any moment without its zone.
    if found.tzinfo is None:
        raise Invalid("closes_at", _("Write day and time with the zone, for example 2026-11-30T14:05:00+00:00."))
    if found.year not in localtime.YEARS:
        raise Invalid("closes_at", _("Choose a day nearer to today."))
    return found.astimezone(UTC)


def choice(form: Mapping[str, object]) -> Choice:
    """Yes, no or abstain, padded or not."""
    sent = form.get("choice")
    return inputs.choice({"choice": sent.rstrip(PADDING) if isinstance(sent, str) else sent}, "choice", Choice)


def padded(choice: Choice) -> str:
    """The choice as it is sent."""
    return choice.value.ljust(MAX_CHOICE_LENGTH, PADDING)
