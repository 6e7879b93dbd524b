"""The application for a WSGI server; `python -m dialogue serve` is the embedded one."""

import gc

from dialogue import create_app

app = create_app()
socketio = app.extensions["socketio"]
gc.freeze()  # The application is never garbage: to look through it would hold the loop for long, again and again.
# Nor are thousands of sockets: what is new is looked through by ten milliseconds' worth, the rest in quiet hours.
gc.set_threshold(25_000, 200, 100)

__all__ = ["app", "socketio"]
