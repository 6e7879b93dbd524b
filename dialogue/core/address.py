"""The one address of an installation: `DIALOGUE_URL`, whatever a request claims."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

CLAIMS = ("HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX",
          "HTTP_X_FORWARDED_SERVER", "HTTP_FORWARDED")
Wsgi = Callable[..., Iterable[bytes]]


def our_address() -> str:
    """Return where this installation is reached from outside."""
    url: str = current_app.extensions["settings"].url
    return url


class OneAddress:
    """Middleware that has every request arrive at our own address.

    Links, redirects and feeds are made from the request's host and scheme. A visitor may claim any host, and a cache
    would hand the answer on to others.
    """

    def __init__(self, app: Wsgi, url: str) -> None:
        parts = urlsplit(url)
        self._app = app
        self._address = {"wsgi.url_scheme": parts.scheme, "HTTP_HOST": parts.netloc}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer as if our own address had been asked for."""
        for claim in CLAIMS:
            environ.pop(claim, None)
        environ.update(self._address)
        return self._app(environ, start_response)
