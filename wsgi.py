"""The application for a WSGI server; `python -m dialogue serve` is the embedded one."""

import gc

from dialogue import create_app
from dialogue.live.door import socketio

app = create_app()
gc.freeze()  # The application is never garbage: to look through it would hold the loop for long, again and again.
gc.set_threshold(100_000, 50, 100)  # Nor are thousands of sockets: to look through them all is for quiet hours.

__all__ = ["app", "socketio"]
