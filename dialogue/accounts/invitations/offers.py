"""What invitations carry: later chapters say it here, so that accounts need not know them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dialogue.core.application import PerApp


@dataclass(frozen=True)
class Offer:
    """A place an invitation leads to: `role` and `rule` are codes that templates put into words."""

    title: str
    address: str
    role: str
    rule: str


Describer = Callable[[Sequence[str]], Mapping[str, Offer]]
_describers = PerApp(list[Describer])


def describes_offers(describer: Describer) -> None:
    """Register what invitations carry: `(invitation ids) -> {id: Offer}`, in one query."""
    if describer not in _describers():
        _describers().append(describer)


def offers(invitation_ids: Sequence[str]) -> dict[str, Offer]:
    """What each of these invitations leads to; one to the house alone is left out."""
    found: dict[str, Offer] = {}
    for describer in _describers() if invitation_ids else ():
        found.update(describer(invitation_ids))
    return found
