"""An agenda to test: items, their people, and outcomes that may feed them."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest

from dialogue.accounts.models import Actor, Person
from dialogue.agenda import actions
from dialogue.agenda.milestones import actions as milestones
from dialogue.agenda.models import AgendaItem, ChampionRole, LegalRoute, Milestone, Pace, Stage
from dialogue.core.attribution import ActorSet, AttributionRule, Capacity
from dialogue.core.clock import now
from dialogue.core.db import new_id
from dialogue.core.transaction import transaction
from dialogue.outcomes.actions import begin
from dialogue.outcomes.models import Outcome, OutcomeKind, OutcomeState
from dialogue.rooms.models import Access, Room
from tests.world import World


class Agenda:
    """Brings items onto the agenda as the convenor."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._numbers = itertools.count(1)

    @property
    def today(self) -> date:
        """The day the pages go by."""
        return now().date()

    def in_days(self, days: int) -> date:
        """A day from today."""
        return self.today + timedelta(days=days)

    def fields(self, **more: Any) -> dict[str, Any]:
        """What describes an item."""
        return {"theme_id": self.world.theme.id, "title": f"Reform {next(self._numbers)}", "problem": "It is broken.",
                "goal": "It is mended.", "forum": "General Assembly", "pace": Pace.STEADY,
                "legal_route": LegalRoute.RESOLUTION, "review_on": self.in_days(100), **more}

    def form(self, **more: Any) -> dict[str, str]:
        """The same as a browser sends it."""
        plain = self.fields(stage="idea", key=new_id(), **more)
        return {name: getattr(value, "value", None) or str(value) for name, value in plain.items()}

    def item(self, **more: Any) -> AgendaItem:
        """An item."""
        return actions.add_item(self.world.convenor, **{"stage": Stage.IDEA, **self.fields(), **more})

    def rate(self, item: AgendaItem, urgency: int, feasibility: int, cost: int) -> None:
        """The convenor's rating."""
        actions.rate(self.world.convenor, item.id, urgency=urgency, feasibility=feasibility, cost=cost,
                     rationale="Because.")

    def champion(self, item: AgendaItem, actor_set: ActorSet = ActorSet.STATE) -> Person:
        """A person who takes part officially for an actor that champions the item."""
        actor = self.actor(item, actor_set)
        return self.world.person(actor=actor, capacity=Capacity.OFFICIAL)

    def actor(self, item: AgendaItem, actor_set: ActorSet = ActorSet.STATE) -> Actor:
        """An actor that champions the item."""
        actor = self.world.actor(actor_set)
        actions.add_champion(self.world.convenor, item.id, actor_id=actor.id, role=ChampionRole.LEAD)
        return actor

    def milestone(self, item: AgendaItem, days: int = 30, **more: Any) -> Milestone:
        """A milestone due in so many days."""
        fields = {"statement": f"Step {next(self._numbers)}", "due": self.in_days(days), **more}
        return milestones.add_milestone(self.world.convenor, item.id, **fields)

    def outcome(self, room: Room | None = None, *, state: OutcomeState = OutcomeState.PUBLISHED,
                verdict: str = "adopted") -> Outcome:
        """A record of decision; the tests of outcomes cover its readers."""
        room = room or self.world.room(AttributionRule.CHATHAM_HOUSE, Access.LISTED)
        text = {"title": "A text", "clauses": [{"kind": "op", "text": "Decides to mend it."}]}
        published_at = now() if state is OutcomeState.PUBLISHED else None
        with transaction() as tx:
            return begin(tx, room, kind=OutcomeKind.DECISION, title=f"Outcome {next(self._numbers)}", state=state,
                         verdict=verdict, published_at=published_at, decision={"text": text})


@pytest.fixture
def agenda(world: World) -> Agenda:
    """An empty agenda."""
    return Agenda(world)
