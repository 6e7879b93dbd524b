"""The lifeline of a child process: a pipe whose other end only the parent holds.

It closes when the parent ends, however that ends. The kernel then sends SIGIO, whose default is to end the process, so
that no child outlives its parent, not even within a long computation of a library.
"""

import fcntl
import os
import select
import signal

DESCRIPTOR = 3


def hold() -> None:
    """Have this process end with its parent. A worker that a person starts by hand has no lifeline."""
    try:
        flags = fcntl.fcntl(DESCRIPTOR, fcntl.F_GETFL)
    except OSError:
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(DESCRIPTOR, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(DESCRIPTOR, fcntl.F_SETFL, flags | os.O_ASYNC)
    poll = select.poll()
    poll.register(DESCRIPTOR, select.POLLIN)
    if poll.poll(0):  # It closed before the kernel was told to watch it.
        os._exit(1)
