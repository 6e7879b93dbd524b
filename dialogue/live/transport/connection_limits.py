"""The number of sockets that one account, or the public of one address, may hold open at once."""

import threading
from collections import Counter

from dialogue.core.application import PerApp
from dialogue.core.errors import TooMany
from dialogue.core.i18n import lazy_gettext as _

MAX_OF_ONE_ACCOUNT = 16  # An account's windows and devices, and sockets whose loss is not noticed yet.
MAX_OF_ONE_ADDRESS = 400  # Unidentified sockets: a plenary hall shares one address.


class ConnectionCounts:
    """Sockets counted by account or address. Thread-safe."""

    def __init__(self) -> None:
        self._holders: dict[str, str] = {}
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def admit(self, sid: str, person_id: str | None, address: str) -> None:
        """Count one more socket of a person or, if there is none, of an address. Raises TooMany."""
        holder, most = (person_id, MAX_OF_ONE_ACCOUNT) if person_id else (f"address {address}", MAX_OF_ONE_ADDRESS)
        with self._lock:
            if self._held[holder] >= most:
                raise TooMany(_("There are too many connections open already. Close some windows."))
            self._holders[sid] = holder
            self._held[holder] += 1

    def leave(self, sid: str) -> None:
        """Stop counting a socket, if it was counted."""
        with self._lock:
            holder = self._holders.pop(sid, None)
            if holder is not None:
                self._held[holder] -= 1
                if not self._held[holder]:
                    del self._held[holder]

    def __len__(self) -> int:
        return len(self._holders)


connection_counts = PerApp(ConnectionCounts)
