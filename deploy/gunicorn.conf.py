"""How gunicorn serves Dialogue: one gevent worker a port, several ports behind nginx. See docs/operating.md.

    HOST=127.0.0.1 PORT=8001 gunicorn --config deploy/gunicorn.conf.py wsgi:app

Nothing of Dialogue but its log format is imported before the worker has begun: gevent has to be there first.
"""

import logging
import os
from typing import Any

from gunicorn import glogging

from dialogue.core import logs

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gevent"
workers = 1  # A socket belongs to one process; more of them are more ports.
worker_connections = 20_000
preload_app = False
timeout = 30  # Seconds a worker may hold its loop before it is replaced.
graceful_timeout = 12  # Longer than Dialogue takes to go (dialogue/server/shutdown.py).
keepalive = 2
control_socket_disable = True
accesslog = None  # Addresses hold secrets; Dialogue writes a line a request without them.
errorlog = "-"
forwarded_allow_ips = ""  # What the proxy says is read in one place, by DIALOGUE_PROXIES.

log = logging.getLogger("dialogue.deploy")
DOOR_OPEN = 1.2  # Seconds gunicorn may take to close its door after it was told to end.


class Logger(glogging.Logger):
    """gunicorn's logger, whose lines are written as Dialogue's, from the first on."""

    def setup(self, cfg: Any) -> None:
        """Set the levels as gunicorn does; the handler is ours."""
        super().setup(cfg)
        logs.begin(os.environ.get("DIALOGUE_LOG", "text"))


logger_class = Logger


def post_worker_init(worker: Any) -> None:
    """Start what the serving process does by itself, and see to it that it goes in peace."""
    import gevent

    from dialogue.core import instance_lock
    from dialogue.server import background, crash_dumps, file_limits
    from dialogue.settings import Settings
    from wsgi import app

    settings = Settings.from_env()
    logs.begin(settings.log)
    logs.guard()
    crash_dumps.suppress()
    instance_lock.share(settings.database_url)
    if few := file_limits.raise_limit():
        log.warning(few)
    background.begin(app)
    gevent.spawn(_leave_when_told, worker)


def _leave_when_told(worker: Any) -> None:
    import gevent

    from dialogue.server import shutdown

    while worker.alive:
        gevent.sleep(0.1)
    shutdown.leave(lambda: None, notice=DOOR_OPEN)
