"""What a text may not name before it leaves a room that hides people, and who is told so.

Whether a name is refused tells whether its owner holds a place. So a text is compared with the people of the room
only for those who see the list of places anyway: chairs and convenors. Others save their drafts unjudged, since a
draft stays in the room; the chair's signature is where it is judged. A refusal never says which name it found.
"""

from collections.abc import Collection
from dataclasses import dataclass

from dialogue.accounts.models import Person
from dialogue.core.errors import Invalid, NotPermitted
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.lookalikes import skeleton
from dialogue.core.permissions import Permission, allows
from dialogue.outcomes.leaks import Linter, addresses_in, name_forms
from dialogue.outcomes.models import Outcome
from dialogue.rooms.models import Room
from dialogue.rooms.voices import names_in, names_of_all

NAMED = _("No person or organisation that takes part here may be named, and no address may stand here. Reword this.")
ADDRESSED = _("No mail address and no @handle may stand here. Reword this.")
CHAIRS_CORRECT = _("In this room a chair publishes corrections: they are compared with the list of places first.")


@dataclass(frozen=True)
class Names:
    """Names in full, and their parts."""

    whole: Collection[str] = ()
    parts: Collection[str] = ()


NONE = Names()


def known_names() -> Names:
    """The names of everyone this installation knows, whether they take part in a room or not.

    A draft made by the program leaves out what names any of them: what is missing from it tells of no one's place.
    """
    accounts, guests, actors = names_of_all()
    parts = {part for name in accounts for part in name_forms(name)[1:]}
    return Names({*accounts, *guests, *actors}, parts)


def sees_places(person: Person, room: Room) -> bool:
    """Whether the person may look up who holds a place here."""
    return allows(room.roles_of(person), Permission.ROOM_MANAGE)


def refuse(person: Person, room: Room, texts: dict[str, str]) -> None:
    """Raise Invalid at the field whose text would tell who was in a room whose rule hides it."""
    if not room.attribution.hides_people:
        return
    participants = _Participants(room) if sees_places(person, room) else None
    for field, text in texts.items():
        if participants and participants.stand_in(text):
            raise Invalid(field, NAMED)
        if addresses_in(text):
            raise Invalid(field, ADDRESSED)


def refuse_to_let_out(outcome: Outcome) -> None:
    """Raise Invalid, saying where, if a record that is about to leave its room names a participant."""
    if not outcome.room.attribution.hides_people:
        return
    participants = _Participants(outcome.room)
    if participants.stand_in(outcome.title):
        raise Invalid("form", _("The title names a participant or an address. Reword it, then sign the record anew."))
    for number, point in enumerate(outcome.summary, 1):
        if participants.stand_in(point.text):
            raise Invalid("form", _("Sentence %(number)s names a participant or an address. Reword it, then sign the "
                                    "record anew.", number=number))


def refuse_unless_correcting(person: Person, room: Room) -> None:
    """Raise NotPermitted for a correction, public at once, by someone who cannot be told what it may not name."""
    if room.attribution.hides_people and not sees_places(person, room):
        raise NotPermitted(CHAIRS_CORRECT)


class _Participants:
    """The names of those who take part, also in letters that only look like theirs."""

    def __init__(self, room: Room) -> None:
        people, actors = names_in(room.id)
        forms = [*(form for name in people for form in name_forms(name)), *actors]
        self._as_written, self._as_seen = Linter(forms), Linter(_seen(form) for form in forms)

    def stand_in(self, text: str) -> bool:
        """Whether the text names one of them, or holds an address."""
        return bool(self._as_written.mentions(text) or self._as_seen.mentions(_seen(text)))


def _seen(text: str) -> str:
    return skeleton(text.casefold())
