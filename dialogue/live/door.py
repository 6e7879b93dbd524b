"""The socket door."""

from flask_socketio import SocketIO

socketio = SocketIO()
