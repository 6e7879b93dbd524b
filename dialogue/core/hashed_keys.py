"""Keys under which something is counted or recognised, without what it is about: addresses, codes, typed names and
what a receipt was given for are hashed.

The hash is keyed (HMAC-SHA-256 under the installation's secret), because an address or a short code can be guessed
from a plain hash. Workers that share the secret count under the same key.
"""

import hmac
import secrets

from dialogue.core.application import PerApp

_DOMAIN = b"dialogue/limits"  # A digest made here fits nowhere else that uses the same secret.


class _Secret:
    def __init__(self) -> None:
        self.key = secrets.token_bytes(32)  # Until the installation's own is known.


_secret = PerApp(_Secret)


def connect(secret_key: str) -> None:
    """Derive the keys of this application from the installation's secret."""
    _secret().key = hmac.digest(secret_key.encode(), _DOMAIN, "sha256")


def hashed_key(what: str, who: str) -> str:
    """Return the key under which `what` by `who` (or of this content) is counted: 32 hexadecimal digits."""
    about = f"{what}\x1f{who}".encode(errors="surrogatepass")
    return hmac.digest(_secret().key, about, "sha256").hex()[:32]
