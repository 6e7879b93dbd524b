"""Addresses within this installation that arrive in a form: where to go afterwards."""

import re
from collections.abc import Mapping

from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _

MAX_LENGTH = 2000
# One slash, then what RFC 3986 allows. Browsers read `//` and `/\` as another site and leave out tabs and line breaks.
_PATH = re.compile(r"/(?!/)[^\s\\\x00-\x20\x7f-\x9f\ud800-\udfff]*")


def is_path(value: object) -> bool:
    """Whether the value leads to a page of ours and nowhere else."""
    return isinstance(value, str) and len(value) <= MAX_LENGTH and _PATH.fullmatch(value) is not None


def path(form: Mapping[str, object], field: str) -> str:
    """A path of ours; the first page if nothing was sent. Raises Invalid."""
    value = form.get(field) or "/"
    if not isinstance(value, str) or not is_path(value):
        raise Invalid(field, _("The link that brought you here leads to no page of Dialogue. Press again to come to the"
                               " first page."))
    return value
