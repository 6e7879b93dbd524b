"""Read the sample dialogue from its TOML files and check every reference in it."""

import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from dialogue.demo.decisions import AgendaItem, Ballot, Outcome, Precedent, Proposal
from dialogue.demo.schema import Actor, Contribution, Hall, Person, Question, Room, Table, Theme

FOLDER = Path(__file__).parent / "content"

Raw = Mapping[str, Any]

_NAMED = ("theme", "actor", "person", "proposal", "ballot", "outcome", "item")


class Content(Table):
    """The whole sample. Tables keep the order of their files, read in alphabetical order."""

    themes: Annotated[tuple[Theme, ...], Field(alias="theme")]
    actors: Annotated[tuple[Actor, ...], Field(alias="actor")]
    people: Annotated[tuple[Person, ...], Field(alias="person")]
    rooms: Annotated[tuple[Room, ...], Field(alias="room")]
    halls: Annotated[tuple[Hall, ...], Field(alias="hall")]
    proposals: Annotated[tuple[Proposal, ...], Field(alias="proposal")]
    ballots: Annotated[tuple[Ballot, ...], Field(alias="ballot")]
    precedents: Annotated[tuple[Precedent, ...], Field(alias="precedent")]
    outcomes: Annotated[tuple[Outcome, ...], Field(alias="outcome")]
    agenda: Annotated[tuple[AgendaItem, ...], Field(alias="item")]

    def sign_ins(self) -> list[Person]:
        """The sample people that a visitor may sign in as."""
        return [person for person in self.people if person.signin]

    def said(self) -> dict[str, Contribution | Question]:
        """Every contribution and question by its key."""
        contributions = {c.key: c for room in self.rooms for c in room.contributions}
        questions = {q.key: q for hall in self.halls for q in hall.questions}
        return {**contributions, **questions}


def load(folder: Path = FOLDER) -> Content:
    """Read all TOML files of a folder as one sample.

    Raises ValueError (pydantic's ValidationError is one) for an unknown table or key, a value of the wrong
    kind, a key used twice or a reference to nothing.
    """
    raw = merged(tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))
    return validated(raw)


def merged(files: Iterable[Raw]) -> dict[str, list[Any]]:
    """Join the arrays of tables of several files."""
    whole: dict[str, list[Any]] = {}
    for file in files:
        for name, tables in file.items():
            whole.setdefault(name, []).extend(tables)
    return whole


def validated(raw: Raw) -> Content:
    """Check a sample and its references; errors as in `load`."""
    keys = {kind: frozenset(found) for kind, found in _keys(raw).items()}
    return Content.model_validate(raw, context=keys)


def _keys(raw: Raw) -> dict[str, list[str]]:
    """The keys of each kind of thing, each used only once."""
    places = [*raw.get("room", ()), *raw.get("hall", ())]
    keys = {kind: list(_named(raw.get(kind))) for kind in _NAMED} | {
        "place": list(_named(places)),
        "segment": list(_inside(places, "segment")),
        "guest": list(_inside(places, "guest")),
        "said": [*_inside(places, "contribution"), *_inside(places, "question")],
        "milestone": list(_inside(raw.get("item", ()), "milestone")),
    }
    for kind, found in keys.items():
        if twice := [key for key, uses in Counter(found).items() if uses > 1]:
            raise ValueError(f"{kind} keys used twice: {', '.join(twice)}")
    return {**keys, "speaker": [*keys["person"], *keys["guest"]]}


def _named(tables: Iterable[Raw] | None) -> Iterator[str]:
    return (str(table["key"]) for table in tables or () if "key" in table)


def _inside(tables: Iterable[Raw], name: str) -> Iterator[str]:
    return (key for table in tables for key in _named(table.get(name)))
