"""What HTTP answers a person's program: JSON, and pages."""

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from tests.faults.frames import PATIENCE


def get(address: str, token: str | None = None) -> Any:
    """An answer of the JSON door. Raises OSError when there is none."""
    return json.loads(page(address, token))


def page(address: str, token: str | None = None) -> str:
    """A page, or what is said instead of it. Raises OSError when there is no answer."""
    request = Request(address, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            return str(answer.read().decode())
    except HTTPError as refusal:
        with refusal:
            return str(refusal.read().decode())
    except URLError as away:
        raise OSError(str(away)) from away
