"""How many sockets one account, and the public of one address, may hold open at once."""

import threading
from collections import Counter

from dialogue.core.errors import TooMany
from dialogue.core.i18n import lazy_gettext as _

MOST_OF_ONE = 16  # … account: windows, devices, and sockets whose loss is not noticed yet.
MOST_OF_AN_ADDRESS = 400  # … for those nobody knows: a plenary hall reads along from behind one address.


class Crowds:
    """Counts sockets by who holds them. Threads may ask at any time."""

    def __init__(self) -> None:
        self._holders: dict[str, str] = {}
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def admit(self, sid: str, person_id: str | None, address: str) -> None:
        """One more socket of a person's or, of nobody's, from an address. Raises TooMany."""
        holder, most = (person_id, MOST_OF_ONE) if person_id else (f"address {address}", MOST_OF_AN_ADDRESS)
        with self._lock:
            if self._held[holder] >= most:
                raise TooMany(_("There are too many connections open already. Close some windows."))
            self._holders[sid] = holder
            self._held[holder] += 1

    def leave(self, sid: str) -> None:
        """A socket is gone, if it was ever admitted."""
        with self._lock:
            holder = self._holders.pop(sid, None)
            if holder is not None:
                self._held[holder] -= 1
                if not self._held[holder]:
                    del self._held[holder]

    def __len__(self) -> int:
        return len(self._holders)


crowds = Crowds()
