"""No picture of this process's memory is written when it crashes: it holds words, names and keys."""

import resource

from dialogue.core.child import NO_CORE_DUMP


def suppress() -> None:
    """Keep this process and the children it starts from leaving a core dump."""
    resource.setrlimit(resource.RLIMIT_CORE, (NO_CORE_DUMP, NO_CORE_DUMP))
