"""What can be measured from outside, in one place: callers report their figures here (`metrics.batch.observe(n)`).

The figures are of this process, not of an application: so Prometheus counts, and so its objects stay. `/metrics`
shows them in Prometheus' text format. No label holds an id, an address or a name: there are only as many series as
there are kinds of things.
"""

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from dialogue.core.application import PerApp

disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()
ProcessCollector(registry=registry)

batch = Histogram("dialogue_commit_batch_size", "Posts or votes that shared one commit.", registry=registry,
                  buckets=(1, 2, 5, 10, 25, 50, 100, 250))
lookups = Histogram("dialogue_lookup_batch_size", "People, access or numbers of streams looked up together.",
                    registry=registry, buckets=(1, 2, 5, 10, 25, 50, 100, 250))
delay = Histogram("dialogue_delivery_delay_seconds", "From an entry's moment to its last socket here.",
                  registry=registry, buckets=(.005, .01, .025, .05, .1, .25, .5, 1, 2, 5))
lag = Histogram("dialogue_loop_lag_seconds", "How much later than asked a sleeper is woken.", registry=registry,
                buckets=(.001, .005, .01, .025, .05, .1, .25, .5, 1))
requests = Counter("dialogue_requests", "Answers to requests, by the noun that answered.",
                   ("noun", "method", "status"), registry=registry)
events = Counter("dialogue_socket_events", "Answers to what sockets sent.", ("event", "answer"), registry=registry)
dropped = Counter("dialogue_nudges_dropped", "Messages from Redis that were not what a worker says.", registry=registry)
worker = Gauge("dialogue_worker", "1, labelled with the port this worker listens on.", ("port",), registry=registry)


_readers = PerApp(dict[tuple[str, str], Callable[[], float]])


def reads(name: str, meaning: str, function: Callable[[], float]) -> None:
    """Register a function that returns this figure whenever the metrics are read."""
    _readers()[name, meaning] = function


def text() -> bytes:
    """All figures as they are now."""
    read = CollectorRegistry()
    for (name, meaning), function in _readers().items():
        Gauge(f"dialogue_{name}", meaning, registry=read).set(function())
    return generate_latest(registry) + generate_latest(read)
