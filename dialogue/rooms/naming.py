"""What a text may not name before it leaves a room that hides people, and who is told so.

Whether a name is refused tells whether its owner holds a place. So a text is compared with the people and actors of
the room only for those who see the list of places anyway: chairs and convenors. For others it is compared with all
actors of this installation, a public list: the answer is the same whichever of them take part. Since a text may
speak of a State that does not take part, the writer may answer for such a text; the chair's signature is where it is
judged by the list of places. A refusal never says which name it found: what is marked are all actors there are, and
the sentences in which a person may be named.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from dialogue.accounts.models import Person
from dialogue.core.errors import NotPermitted
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.names import forms
from dialogue.core.names.linter import Linter, Spot, addresses_in, is_unspaced, name_forms
from dialogue.core.names.refusal import Named, Piece, pieces
from dialogue.core.permissions import Permission, allows
from dialogue.core.sentences import sentences
from dialogue.rooms.known_names import Affiliation, actors_of_all, names_in, names_of_all
from dialogue.rooms.models import Room

NAMED = _("No person or organisation that takes part here may be named, and no address may stand here. Reword this.")
PERSON_NAMED = _("No person who takes part here may be named, and no address may stand here. Reword this.")
MAY_NAME = _("Under this room’s rule nothing may tell who takes part. Reword what is marked. If it tells nothing of "
             "the kind, because it is about a State or an organisation, confirm that below and save again.")
ADDRESSED = _("No mail address and no @handle may stand here. Reword this.")
CHAIRS_CORRECT = _("In this room a chair publishes corrections: they are compared with the list of places first.")
Texts = Mapping[str, str]


@dataclass(frozen=True)
class Known:
    """All names of this installation, as a draft made by the program leaves them out."""

    forbidden: Collection[str] = ()
    proper: Collection[str] = ()
    capitals: Collection[str] = ()
    unless: Collection[str] = ()


NONE = Known()


def known_names() -> Known:
    """The names of everyone this installation knows, whether they take part in a room or not.

    A draft made by the program leaves out what names any of them: what is missing from it tells of no one's place.
    """
    accounts, guests, actors = names_of_all()
    affiliations = _forms_of(frozenset(actors))
    parts = {part for name in accounts for part in name_forms(name)[1:]}
    return Known({*accounts, *guests, *affiliations.any_case}, {*parts, *affiliations.proper}, affiliations.initials,
                 affiliations.unless)


def sees_places(person: Person, room: Room) -> bool:
    """Whether the person may look up who holds a place here."""
    return allows(room.roles_of(person), Permission.ROOM_MANAGE)


def refuse(person: Person, room: Room, texts: Texts, *, vouched: bool = False) -> None:
    """Raise Named at the fields whose text would tell who was in a room whose rule hides it.

    `vouched` says that the writer answers for the names of actors in it; for who sees the list of places, the list
    decides.
    """
    if room.attribution.hides_people:
        judge = _Participants(room) if sees_places(person, room) else _Actors(vouched=vouched)
        _raise_for(texts, {field: wrong for field, text in texts.items() if (wrong := judge.wrong(text))}, judge)


def refuse_subjects(person: Person, room: Room, texts: Texts, *, vouched: bool = False) -> None:
    """The same for a text that may have States and organisations as its subject: a proposal, an agenda item.

    The writer answers for their names, whether the writer sees the list of places or not; people are not named.
    """
    if room.attribution.hides_people:
        judge = _Subjects(room if sees_places(person, room) else None, vouched=vouched)
        _raise_for(texts, {field: wrong for field, text in texts.items() if (wrong := judge.wrong(text))}, judge)


def _raise_for(texts: Texts, wrong: dict[str, object], judge: "_Actors") -> None:
    if wrong:
        marked = {field: judge.marked(texts[field]) for field in wrong}
        raise Named(wrong, marked, can_be_vouched=all(message is MAY_NAME for message in wrong.values()))


def refuse_to_let_out(room: Room, title: str, summary: Texts, decided: Collection[str]) -> None:
    """Raise Named, saying where, if a record that is about to leave its room names a participant.

    `summary` are its sentences by their fields; `decided` are the texts that can no longer be changed, in which
    actors may be the subject.
    """
    if not room.attribution.hides_people:
        return
    participants = _Participants(room)
    wrong: dict[str, object] = {}
    if participants.wrong(title):
        wrong["title"] = _("The title names a participant or an address. Reword it, then sign the record anew.")
    for number, (field, text) in enumerate(summary.items(), 1):
        if participants.wrong(text):
            wrong[field] = _("Sentence %(number)s names a participant or an address. Reword it, then sign the "
                             "record anew.", number=number)
    if any(participants.names_person_in_full(text) for text in decided):
        wrong["form"] = _("The text that was voted on names a person who takes part here in full. Such a record cannot "
                          "leave this room. Put a text without the name to a new ballot.")
    if wrong:
        raise Named(wrong, {field: participants.marked(text) for field, text in {"title": title, **summary}.items()
                            if field in wrong})


def refuse_unless_correcting(person: Person, room: Room) -> None:
    """Raise NotPermitted for a correction, public at once, by someone who cannot be told what it may not name."""
    if room.attribution.hides_people and not sees_places(person, room):
        raise NotPermitted(CHAIRS_CORRECT)


class _Actors:
    """The actors of this installation: to be judged by for all who do not see the list of places."""

    def __init__(self, *, vouched: bool = False) -> None:
        self._known = _linter_of(frozenset(actors_of_all()))
        self._vouched = vouched

    def wrong(self, text: str) -> object:
        """What is wrong with the text; nothing if it may stand."""
        if addresses_in(text):
            return ADDRESSED
        return MAY_NAME if not self._vouched and self._known.spots(text) else None

    def marked(self, text: str) -> list[Piece]:
        """The text with all that may name someone marked."""
        return pieces(text, self.spots(text))

    def spots(self, text: str) -> list[Spot]:
        """All that may name someone."""
        found = ((text.find(address), address) for address in addresses_in(text))
        return [*self._known.spots(text), *(Spot(at, at + len(each), each) for at, each in found if at >= 0)]


class _Participants(_Actors):
    """The people and actors of the room: to be judged by for those who see the list of places."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._names = names_in(room.id)

    @cached_property
    def _people(self) -> Linter:
        return _people_linter(self._names.people | _telling(self._names.guests))

    @cached_property
    def _in_full(self) -> Linter:
        return _full_names_linter(self._names.people, _telling(self._names.guests))

    @cached_property
    def _present(self) -> Linter:
        return _linter_of(self._names.actors)

    def wrong(self, text: str) -> object:
        """What is wrong with the text: it names one of them, or holds an address."""
        if addresses_in(text):
            return ADDRESSED
        return NAMED if self._people.spots(text) or self._present.spots(text) else None

    def names_person_in_full(self, text: str) -> bool:
        """Whether the text holds the whole name of a person."""
        return bool(self._in_full.spots(text))

    def spots(self, text: str) -> list[Spot]:
        """Also the sentences with a person's name, whole: of several names in one, it is not told which was found."""
        return [*super().spots(text), *_sentences_around(text, self._people.spots(text))]


class _Subjects(_Actors):
    """All actors, and for those who see the list of places the people of the room by their full names."""

    def __init__(self, room: Room | None, *, vouched: bool) -> None:
        super().__init__(vouched=vouched)
        self._participants = _Participants(room) if room else None

    def wrong(self, text: str) -> object:
        """What is wrong with the text."""
        if self._participants and self._participants.names_person_in_full(text):
            return PERSON_NAMED
        return super().wrong(text)

    def spots(self, text: str) -> list[Spot]:
        """As they are for each of the two."""
        return self._participants.spots(text) if self._participants else super().spots(text)


@lru_cache(maxsize=16)
def _forms_of(actors: frozenset[Affiliation]) -> forms.Forms:
    return forms.all_of((forms.of_state if each.is_state else forms.of_organisation)(each.name) for each in actors)


def _telling(guests: frozenset[str]) -> frozenset[str]:
    """Those of the names guests chose that are no ordinary phrase: else "Civil Society" could be written no more."""
    return frozenset(name for name in guests if not forms.is_ordinary_phrase(name))


@lru_cache(maxsize=16)
def _people_linter(people: frozenset[str]) -> Linter:
    return forms.all_of(map(forms.of_person, people)).linter(alike=True, strict=True)


@lru_cache(maxsize=16)
def _full_names_linter(people: frozenset[str], guests: frozenset[str]) -> Linter:
    """Find whole names; those that guests chose with their capital letters only. A single word is no whole name."""
    return Linter(filter(_is_full, people), filter(_is_full, guests))


def _is_full(name: str) -> bool:
    return len(name.split()) > 1 or is_unspaced(name)


@lru_cache(maxsize=16)
def _linter_of(actors: frozenset[Affiliation]) -> Linter:
    return _forms_of(actors).linter(alike=True)


def _sentences_around(text: str, spots: Collection[Spot]) -> list[Spot]:
    found: list[Spot] = []
    at = 0
    for sentence in sentences(text) if spots else ():
        start = max(text.find(sentence, at), at)
        at = min(start + len(sentence), len(text))
        if any(start <= spot.start < at for spot in spots):
            found.append(Spot(start, at, ""))
    return found or [Spot(0, len(text), "") for _any in range(bool(spots))]
