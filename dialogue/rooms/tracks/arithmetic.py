"""Which track those who take part make."""

from collections.abc import Iterable

from dialogue.core.attribution import ActorSet

OFFICIAL = frozenset({ActorSet.STATE, ActorSet.INTL_CIVIL_SERVICE})


def track_of(taking_part: Iterable[ActorSet]) -> str:
    """The dialogue's track: officials only "1", mixed "1.5", no official "2" (domain rule of Track 1.5 practice).

    An official comes from a state or the international civil service, in whichever capacity they speak.
    """
    officials = [actor_set in OFFICIAL for actor_set in taking_part]
    if not any(officials):
        return "2"
    return "1" if all(officials) else "1.5"
