"""What raters and milestones say of an item is counted once, and counted anew whenever it changed."""

from datetime import date

import pytest

from dialogue.agenda.filters import Filter
from dialogue.agenda.listing import Line, lines
from dialogue.agenda.milestones import actions as milestones
from dialogue.agenda.models import MilestoneStatus
from dialogue.core import db
from tests.agenda.conftest import Agenda
from tests.world import World

pytestmark = pytest.mark.each_database("figures are summed by groups")


def line(today: date) -> Line:
    db.release()
    return lines(Filter(), today)[0]


def test_a_rating_is_seen_at_once_also_when_it_is_changed(agenda: Agenda) -> None:
    item = agenda.item()
    assert line(agenda.today).assessment is None
    for urgency in (2, 5):
        agenda.rate(item, urgency, 3, 3)
        assessment = line(agenda.today).assessment
        assert assessment is not None
        assert (assessment.urgency.median, assessment.raters) == (urgency, 1)


def test_a_milestone_that_was_met_is_no_longer_due(world: World, agenda: Agenda) -> None:
    step = agenda.milestone(agenda.item())
    assert line(agenda.today).next_due == step.due
    milestones.report(world.convenor, step.id, status=MilestoneStatus.MISSED, note="The meeting was put off.")
    assert line(agenda.today).next_due is None


def test_a_milestone_is_late_on_the_day_after(agenda: Agenda) -> None:
    step = agenda.milestone(agenda.item())
    assert (line(agenda.today).overdue, line(date.fromordinal(step.due.toordinal() + 1)).overdue) == (0, 1)
