"""Mail addresses in one spelling: what people register, sign in and search with compares equal.

The spelling is Unicode's compatibility form (NFKC, so that full-width signs count as plain ones) in small
letters, without invisible characters, and the domain as people read it: `bücher.example`, not
`xn--bcher-kva.example` (IDNA 2008 with the mapping of Unicode Technical Standard 46).
"""

import re
import unicodedata

import email_validator
import idna

# `.local` names the closed network of many a mission. The package documents its list as open to such changes.
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = [
    name for name in email_validator.SPECIAL_USE_DOMAIN_NAMES if name != "local"]
_DOTS = str.maketrans({"\u3002": "."})  # The full stop of Chinese and Japanese keyboards; NFKC leaves it.


def normal(typed: str) -> str:
    """Return the address, or the part of one, in its one spelling; never raises. Twice is the same as once."""
    seen = "".join(char for char in typed if unicodedata.category(char) != "Cf")
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).lower()).strip()
    local, at, domain = plain.rpartition("@")
    return f"{local}{at}{_readable(domain)}" if at or "xn--" in domain else plain


def well_formed(typed: str) -> str | None:
    """Return a whole address in its one spelling, or None where what was typed is no address."""
    try:
        found = email_validator.validate_email(normal(typed), check_deliverability=False, globally_deliverable=False)
    except email_validator.EmailNotValidError:
        return None
    return normal(found.normalized) if re.search(r"[^\W\d_]", found.domain) else None


def _readable(domain: str) -> str:
    dotted = domain.translate(_DOTS)
    try:
        return dotted if dotted.isascii() and "xn--" not in dotted else idna.decode(dotted, uts46=True)
    except (idna.IDNAError, UnicodeError):
        return dotted
