"""The application for a WSGI server; `python -m dialogue serve` is the embedded one."""

import gc

from dialogue import create_app
from dialogue.live.door import socketio

app = create_app()
gc.freeze()  # The application is never garbage: to look through it would hold the loop for long, again and again.

__all__ = ["app", "socketio"]
