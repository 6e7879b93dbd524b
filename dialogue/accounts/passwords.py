"""Which passwords are accepted: long ones, without rules of composition (NIST SP 800-63B-4 §3.1.1.2)."""

import re
import unicodedata
from collections.abc import Iterable, Mapping

from dialogue.core.errors import Invalid
from dialogue.core.i18n import lazy_gettext as _

MIN_LENGTH = 15
MAX_LENGTH = 256

_REPEATED = re.compile(r"(.{1,8}?)\1+.{0,7}", re.DOTALL)
_ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm",
         "qwertzuiopasdfghjklyxcvbnm")
_OBVIOUS = frozenset({"password", "passwort", "dialogue", "letmein", "welcome", "contraseña", "motdepasse"})


def normal(password: str) -> str:
    """The same password from every keyboard: letters with marks are composed (NFC)."""
    return unicodedata.normalize("NFC", password)


def chosen(form: Mapping[str, object], field: str, *, about: Iterable[str] = ()) -> str:
    """The new password in a form, unless it is short or easily guessed.

    `about` is what is known of its owner: a password that consists of it is refused. Raises Invalid.
    """
    sent = form.get(field)
    password = normal(sent) if isinstance(sent, str) else ""
    if len(password) < MIN_LENGTH:
        raise Invalid(field, _("Use at least %(least)s characters. A few words in a row are easy to remember.",
                               least=MIN_LENGTH))
    if len(password) > MAX_LENGTH:
        raise Invalid(field, _("At most %(most)s characters fit.", most=MAX_LENGTH))
    if is_obvious(password, about):
        raise Invalid(field, _("This would be tried first: it repeats itself, follows the keyboard, or is your name "
                               "or address."))
    return password


def is_obvious(password: str, about: Iterable[str] = ()) -> bool:
    """Whether it says one short thing again and again, runs along the keyboard, or only says whose it is."""
    plain = re.sub(r"\W", "", password.lower())
    if not plain or _REPEATED.fullmatch(plain):
        return True
    known_words = _OBVIOUS | {re.sub(r"\W", "", word.lower()) for word in about}
    for known in sorted(known_words, key=len, reverse=True):
        plain = plain.replace(known, "") if len(known) > 2 else plain
    return len(re.sub(r"\d", "", plain)) < 4 or any(plain in row * 2 for row in _ROWS)
