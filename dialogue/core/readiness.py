"""Whether this process can do its work: each part that may fall behind says how to see it."""

from collections.abc import Callable

Check = Callable[[], bool]
CHECKS: dict[str, Check] = {}


def ready_when(name: str) -> Callable[[Check], Check]:
    """Declare that the process is ready only while the function says yes. It reads, and is quick."""

    def register(check: Check) -> Check:
        CHECKS[name] = check
        return check

    return register


def report() -> dict[str, bool]:
    """Each part, and whether it is well. Raises what the database raises while it is away."""
    return {name: check() for name, check in CHECKS.items()}
