"""The pages that show a hall together with later chapters are composed in `pages`; here they are asked for by name."""

from typing import Any

from flask import current_app

from dialogue.core.forms import View


def composite(endpoint: str) -> View:
    """The composite page of this name, to show a refused form on; the arrow does not let us import it."""

    def page(hall_id: str, **_parts: str) -> Any:
        return current_app.view_functions[endpoint](hall_id=hall_id)

    return page
