"""Whether this process can do its work: each part that may fall behind says how to see it."""

from collections.abc import Callable

from dialogue.core.application import PerApp

Check = Callable[[], bool]
_checks = PerApp(dict[str, Check])


def ready_when(name: str, check: Check) -> None:
    """Register that the process is ready only while the function says yes. It reads, and is quick."""
    _checks()[name] = check


def report() -> dict[str, bool]:
    """Each part, and whether it is well. Raises what the database raises while it is away."""
    return {name: check() for name, check in _checks().items()}
