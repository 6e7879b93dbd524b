"""As many open sockets as the system allows: each costs a descriptor, and many systems begin with a thousand."""

import resource

FEW = 4096  # Below this a large hall does not fit.


def raise_limit() -> str | None:
    """Take all the descriptors this process may have. Returns a sentence for the operator where those are few."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (ValueError, OSError):
            pass  # Some systems name a limit that they do not grant.
    if soft == resource.RLIM_INFINITY or soft >= FEW:
        return None
    return f"Only {soft} files may be open at once, each connection being one: raise the limit (ulimit -n)."
