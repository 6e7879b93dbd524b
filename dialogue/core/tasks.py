"""Background tasks: what the serving process does by itself every few seconds."""

from collections.abc import Callable
from typing import Any

from dialogue.core.application import PerApp

Task = Callable[[], Any]
_tasks = PerApp(dict[Task, float])


def every(seconds: float, task: Task) -> None:
    """Register a background task that runs about every `seconds`, with a database session of its own."""
    _tasks()[task] = seconds


def registered() -> list[tuple[float, Task]]:
    """Return the tasks, each after the seconds between two of its runs."""
    return [(seconds, task) for task, seconds in _tasks().items()]
