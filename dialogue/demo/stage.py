"""The stage the sample is played on: who and what exists so far, and what happens when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dialogue.accounts.models import Person
from dialogue.core import clock
from dialogue.demo.content import Content


@dataclass(frozen=True)
class Step:
    """A person's action, `minute` minutes after the loading; negative in the past."""

    minute: float
    what: str
    do: Callable[[], None]


@dataclass
class Stage:
    """What the steps share. Everything has its key of the sample; `ids` says under which id it exists here."""

    content: Content
    start: datetime
    password: str
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    @property
    def convenor(self) -> Person:
        """Who sets everything up."""
        return self.people[self.convenor_key]

    @property
    def convenor_key(self) -> str:
        """The convenor's key."""
        return next(p.key for p in self.content.people if p.signin and p.signin.role == "convenor")

    def moment(self, minute: float) -> datetime:
        """The moment that many minutes after the loading."""
        return self.start + timedelta(minutes=minute)

    def at(self, minute: float, what: str, do: Callable[[], None]) -> None:
        """Have something done at a minute; of two at the same minute, the one that was planned first."""
        self.steps.append(Step(minute, what, do))

    def play(self, told: Callable[[Step], None]) -> None:
        """Do everything in the order of time, each with the clock held at its moment; `told` hears what comes next."""
        for step in sorted(self.steps, key=lambda step: step.minute):
            told(step)
            with clock.held_at(self.moment(step.minute)):
                step.do()
