"""Dialogue: where coalitions for reform do their work together."""

import gc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from dialogue.settings import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """The application, composed; see dialogue/composition.py."""
    gc.disable()  # What is loaded now stays: to look for garbage in it takes a sixth of the start.
    try:
        from dialogue.composition import compose  # Not before gevent has patched the standard library.
        from dialogue.settings import Settings

        return compose(settings or Settings.from_env())
    finally:
        gc.enable()
