"""The application for a WSGI server; `python -m dialogue serve` is the embedded one."""

from dialogue import create_app
from dialogue.live.door import socketio

app = create_app()

__all__ = ["app", "socketio"]
