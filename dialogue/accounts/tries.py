"""How many times in what time a password may be tried: by device, by network address, and by account.

Accounts that do not exist are limited alike, so a limit tells nothing about an account.
"""

from dialogue.core import mail_addresses
from dialogue.core.errors import TooMany
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.limits import refuse_if_exhausted, throttle

SLOWER = _("There were many tries at this account. Wait some minutes, then try again, or use a device that has signed "
           "in to it before.")


def count(*, email: str, address: str, device: str | None) -> None:
    """Count one try to sign in. Raises TooMany.

    A known device has a limit of its own. Others share the limits of their network address and of the account at
    that address. When many addresses try one account, each address keeps one try in five minutes: the account is
    never locked, because its owner comes from an address that has not tried.
    """
    if device is not None:
        throttle("sign_in_device", device)
        return
    account = mail_addresses.normal(email)
    here = f"{account} {address}"
    throttle("sign_in_address", address)
    throttle("sign_in", here)
    try:
        throttle("sign_in_slow", here)
        _count_for_account(account, here)
    except TooMany as refusal:
        raise TooMany(SLOWER) from refusal


def _count_for_account(email: str, here: str) -> None:
    try:
        refuse_if_exhausted("sign_in_account", email)
    except TooMany:
        throttle("sign_in_sparse", here)
    else:
        throttle("sign_in_account", email)
