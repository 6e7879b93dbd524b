"""Two workers share the background tasks: each piece of work is done, and by one of them alone."""

import json
import time
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import urlopen

from sqlalchemy import select

from dialogue.core import claims, db
from dialogue.core.record import Entry
from dialogue.core.tasks import Scope, Task
from dialogue.outcomes import drafting
from dialogue.outcomes.events import OutcomeEdited
from dialogue.outcomes.models import Outcome
from tests.outcomes.conftest import Sitting
from tests.workers.conftest import Cluster
from tests.world import World

DRAFTS = Task(drafting.draft_due, 1, Scope.ONE).name


def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, at most a minute."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        db.release()
        time.sleep(0.1)


def is_drafted(outcome_id: str) -> bool:
    """Whether the summary was drafted."""
    return db.session().get_one(Outcome, outcome_id, populate_existing=True).summarised_at is not None


def edits(outcome_id: str) -> int:
    """How often the record says that the summary was written."""
    entries = db.session().scalars(select(Entry).where(Entry.kind == OutcomeEdited.kind))
    return sum(entry.data["outcome_id"] == outcome_id for entry in entries)


def readiness(url: str) -> dict[str, bool]:
    """What a worker says of its parts."""
    try:
        with urlopen(f"{url}/readyz", timeout=10) as answer:
            found: dict[str, bool] = json.load(answer)
    except HTTPError as unwell:
        found = json.load(unwell)
    return found


def test_a_summary_is_drafted_by_one_worker_without_any_request(cluster: Cluster, world: World) -> None:
    outcomes = [Sitting(world).decided().id for _ in range(2)]
    until(lambda: all(map(is_drafted, outcomes)))
    assert [edits(outcome) for outcome in outcomes] == [1, 1]
    assert all(readiness(url)["upkeep"] for url in cluster.urls)


def test_the_work_of_a_killed_worker_is_taken_over(cluster: Cluster, world: World) -> None:
    until(lambda: claims.take(DRAFTS) is not None)  # As by a third worker, which then is killed.
    outcome = Sitting(world).decided().id
    until(lambda: is_drafted(outcome))
    assert edits(outcome) == 1
    until(lambda: claims.is_well(DRAFTS))
