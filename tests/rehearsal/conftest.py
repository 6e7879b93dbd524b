"""Sockets for rehearsing guests."""

from tests.live.conftest import socket

__all__ = ["socket"]
