"""A platform in full use: 10,000 contributions, 300 proposals, 500 agenda items, put in as rows for speed.

The rows are what the actions would have written; going through the actions would take minutes.
"""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from dialogue.accounts import actions as accounts
from dialogue.accounts.models import Actor, Person
from dialogue.agenda.models import AgendaItem, Champion, LegalRoute, Milestone, MilestoneStatus, Pace, Rating, Stage
from dialogue.core import db
from dialogue.core.attribution import ActorSet, AttributionRule
from dialogue.core.record import Entry, Stream
from dialogue.core.transaction import transaction
from dialogue.proposals.models import Clause, ClauseKind, Endorsement, Proposal, ProposalState, ProposalVersion, Sponsor
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions.models import Contribution
from dialogue.rooms.models import Access, Room, RoomRole
from dialogue.rooms.themes import actions as themes
from dialogue.rooms.voices import voice_id_of
from tests.world import PASSWORD, SUBTYPES

CONTRIBUTIONS, PROPOSALS, ITEMS, PEOPLE = 10_000, 300, 500, 40
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ("council", "peace", "review", "mandate", "veto", "restraint", "parliament", "network", "fund", "clause",
         "member", "state", "civil", "report")


class Full:
    """What was put in: the room, its chair and some addresses to measure."""

    def __init__(self) -> None:
        self.lot = random.Random(7)
        self.convenor = accounts.create_first_convenor(
            name="Convenor Example", email="convenor@example.org", password=PASSWORD)
        self.theme = themes.add_theme(self.convenor, title="Example theme")
        self.actors = [self._actor(n) for n in range(12)]
        self.room = rooms.open_room(
            self.convenor, theme_id=self.theme.id, title="A busy room", attribution=AttributionRule.ON_RECORD,
            access=Access.OPEN, goals=[("Agree on a text", "", None)])
        self.people = [self._member(n) for n in range(PEOPLE)]
        self.voices = [str(voice_id_of(self.room.id, person)) for person in self.people]
        self.contributions = self._contributions()
        self.proposals = self._proposals()
        self.items = self._items()

    def words(self, count: int) -> str:
        """Some words, ending as a sentence."""
        return " ".join(self.lot.choice(WORDS) for _ in range(count)).capitalize() + "."

    def _actor(self, n: int) -> Actor:
        actor_set = list(SUBTYPES)[n % 3]
        return accounts.add_actor(self.convenor, name=f"Actor {n}", actor_set=ActorSet(actor_set),
                                  subtype=SUBTYPES[actor_set])

    def _member(self, n: int) -> Person:
        person = accounts.register_person(
            self.convenor, name=f"Person {n}", email=f"person{n}@example.org", password=PASSWORD,
            actor_id=self.actors[n % 12].id)
        role = RoomRole.CHAIR if n == 0 else RoomRole.PARTICIPANT
        rooms.give_place(self.convenor, self.room.id, to=person.id, role=role)
        rooms.acknowledge(person, self.room.id, rule=AttributionRule.ON_RECORD)
        return person

    def _contributions(self) -> list[str]:
        start = _seq_of(self.room)
        ids = [db.new_id() for _ in range(CONTRIBUTIONS)]
        said: list[dict[str, Any]] = []
        for n, id in enumerate(ids):
            text = self.words(40)
            parent = self.lot.choice(ids[:n]) if n and n % 4 == 0 else None
            said.append({"id": id, "room_id": self.room.id, "voice_id": self.lot.choice(self.voices),
                         "seq": start + n + 1, "reply_to_id": parent, "text": text, "html": f"<p>{text}</p>",
                         "at": BEGINNING + timedelta(minutes=n), "supports": n % 7, "hidden_reason": ""})
        noted = [{"stream_id": self.room.id, "seq": row["seq"], "kind": "contribution.posted", "audience": "members",
                  "at": row["at"], "data": {"contribution_id": row["id"], "reply_to_id": row["reply_to_id"]}}
                 for row in said]
        with transaction() as tx:
            tx.session.execute(insert(Contribution), said)
            tx.session.execute(insert(Entry), noted)
            tx.session.execute(update(Stream).where(Stream.id == self.room.id).values(seq=start + CONTRIBUTIONS))
        return ids

    def _proposals(self) -> list[str]:
        tables: dict[Any, list[dict[str, Any]]] = {t: [] for t in (Proposal, ProposalVersion, Clause, Sponsor,
                                                                   Endorsement)}
        for n in range(PROPOSALS):
            self._proposal(tables, n)
        _put(tables)
        return [row["id"] for row in tables[Proposal]]

    def _proposal(self, tables: dict[Any, list[dict[str, Any]]], n: int) -> None:
        id, version, at = db.new_id(), db.new_id(), BEGINNING + timedelta(hours=n)
        state = list(ProposalState)[1] if n % 3 else ProposalState.WITHDRAWN
        tables[Proposal].append({"id": id, "room_id": self.room.id, "symbol": f"DLG/B/L.{n}", "title": self.words(6),
                                 "state": state, "version": 1, "created_at": at, "submitted_at": at,
                                 "withdrawal_reason": ""})
        tables[ProposalVersion].append({"id": version, "proposal_id": id, "number": 1, "title": "T", "reason": "",
                                        "voice_id": self.voices[0], "at": at})
        tables[Clause] += [{"version_id": version, "position": p, "key": f"k{p}", "kind": ClauseKind.OPERATIVE,
                            "text": self.words(30)} for p in range(1, 9)]
        tables[Sponsor].append({"proposal_id": id, "voice_id": self.voices[n % PEOPLE], "at": at})
        tables[Endorsement] += [{"proposal_id": id, "voice_id": voice, "version": 1, "at": at}
                                for voice in self.voices[: n % 20]]

    def _items(self) -> list[str]:
        tables: dict[Any, list[dict[str, Any]]] = {t: [] for t in (AgendaItem, Rating, Champion, Milestone)}
        for n in range(ITEMS):
            self._item(tables, n)
        _put(tables)
        return [row["id"] for row in tables[AgendaItem]]

    def _item(self, tables: dict[Any, list[dict[str, Any]]], n: int) -> None:
        id, at = db.new_id(), BEGINNING + timedelta(hours=n)
        tables[AgendaItem].append({
            "id": id, "theme_id": self.theme.id, "title": self.words(6), "problem": self.words(30),
            "goal": self.words(20), "forum": f"Forum {n % 6}", "pace": list(Pace)[n % 3],
            "legal_route": list(LegalRoute)[n % 5], "stage": list(Stage)[n % 10], "stage_note": "",
            "review_on": date(2027, 1, 1) + timedelta(days=n), "revision": 1, "created_at": at, "updated_at": at})
        tables[Rating] += [{"item_id": id, "person_id": self.people[p].id, "urgency": 1 + (n + p) % 5,
                            "feasibility": 1 + n % 5, "cost": 1 + p % 5, "rationale": self.words(10), "at": at}
                           for p in range(3)]
        tables[Champion] += [{"item_id": id, "actor_id": self.actors[(n + p) % 12].id, "role": "co"}
                             for p in range(2)]
        tables[Milestone] += [{"id": db.new_id(), "item_id": id, "statement": self.words(10),
                               "due": date(2027, 1, 1) + timedelta(days=n + p), "owner_id": self.actors[0].id,
                               "status": list(MilestoneStatus)[p], "sequence": 0, "updated_at": at}
                              for p in range(3)]


def _seq_of(room: Room) -> int:
    stream = db.session().get(Stream, room.id, populate_existing=True)
    return stream.seq if stream else 0


def _put(tables: dict[Any, list[dict[str, Any]]]) -> None:
    with transaction() as tx:
        for table, rows in tables.items():
            tx.session.execute(insert(table), rows)
