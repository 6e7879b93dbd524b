"""Background tasks: what the serving process does by itself every few seconds."""

from collections.abc import Callable
from typing import Any

Task = Callable[[], Any]
TASKS: list[tuple[float, Task]] = []


def every(seconds: float) -> Callable[[Task], Task]:
    """Register a background task that runs about every `seconds`, with a database session of its own."""

    def register(task: Task) -> Task:
        TASKS.append((seconds, task))
        return task

    return register
