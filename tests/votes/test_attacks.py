"""Reconstructing secret choices from copied files: at chance level, before the closing and after it."""

import secrets
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.transaction import transaction
from dialogue.rooms.models import RoomRole
from dialogue.votes import actions, keys
from dialogue.votes.models import Ballot, Visibility
from dialogue.votes.rules import Choice
from tests.votes import attack
from tests.votes.attack import Evidence
from tests.world import World

VOTERS = 40  # Few enough for a box in one piece: PostgreSQL cuts larger ones up.
CHANCE = 0.7  # Guessing gives one third on average, and more than this once in a hundred thousand runs.
CERTAIN = 0.95


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Both databases, whatever the rest of the run uses."""
    if request.param == "postgres":
        copy: str = request.getfixturevalue("postgres").new_database(like=request.getfixturevalue("blank_postgres"))
        return copy
    path = tmp_path / "dialogue.sqlite"
    path.write_bytes(request.getfixturevalue("blank_database").read_bytes())
    return f"sqlite:///{path}"


@dataclass
class Sitting:
    """A secret ballot, and who voted how, in the order of voting."""

    ballot: Ballot
    chair: Person
    voters: list[Person]
    folder: Path
    earlier: Evidence
    cast: list[Choice] = field(default_factory=list)
    copies: list[bytes] = field(default_factory=list)

    def vote(self) -> None:
        """Have all vote, one after the other."""
        for n, voter in enumerate(self.voters):
            self.cast.append(secrets.choice(list(Choice)))
            actions.cast(voter, self.ballot.id, choice=self.cast[-1], key=f"press-{n}")
            self.copies.append(attack.table())

    def evidence(self, *, with_keys: bool) -> Evidence:
        """Copy the files, with the folder of the keys or without; copies made earlier come first."""
        found = attack.gathered(self.folder, keys.folder() if with_keys else self.folder / "none")
        return Evidence(b"".join(self.copies) + found.log, found.keys)

    def score(self, evidence: Evidence) -> float:
        """The best accuracy of all attacks on copied files."""
        found = [attack.in_plain_rows(evidence, self.earlier), attack.in_sealed_boxes(evidence, self.ballot.id)]
        return max(attack.accuracy(guessed, self.cast) for guessed in found)


@pytest.fixture
def sitting(world: World, tmp_path: Path) -> Sitting:
    """A room of forty, in a secret ballot without votes yet."""
    room = world.room()
    chair = world.member(room, RoomRole.CHAIR)
    voters = [world.member(room) for _ in range(VOTERS)]
    ballot = world.ballot(room, chair, Visibility.SECRET)
    attack.begun()
    return Sitting(ballot, chair, voters, tmp_path, attack.gathered(tmp_path, tmp_path / "none"))


def test_plain_rows_written_one_by_one_give_every_choice_back(sitting: Sitting) -> None:
    with transaction() as tx:
        tx.session.execute(text("CREATE TABLE plain (slot TEXT PRIMARY KEY, actor_set TEXT, choice TEXT)"))
    for _ in sitting.voters:
        sitting.cast.append(secrets.choice(list(Choice)))
        row = {"slot": secrets.token_hex(32), "choice": sitting.cast[-1].value}
        with transaction() as tx:
            tx.session.execute(text("INSERT INTO plain VALUES (:slot, 'state', :choice)"), row)
    assert sitting.score(sitting.evidence(with_keys=False)) > CERTAIN
    if not db.is_sqlite():
        assert attack.accuracy(attack.in_stored_order("plain"), sitting.cast) > CERTAIN


def test_files_copied_with_the_key_give_every_choice_back(sitting: Sitting) -> None:
    sitting.vote()
    assert sitting.score(sitting.evidence(with_keys=True)) > CERTAIN


def test_files_copied_while_the_ballot_is_open_tell_no_choice_without_the_key(sitting: Sitting) -> None:
    sitting.vote()
    assert sitting.score(sitting.evidence(with_keys=False)) < CHANCE


def test_everything_after_the_closing_and_all_earlier_copies_tell_no_choice(sitting: Sitting) -> None:
    sitting.vote()
    before = sitting.evidence(with_keys=False)
    actions.close_ballot(sitting.chair, sitting.ballot.id)
    after = sitting.evidence(with_keys=True)
    assert sitting.score(Evidence(before.log + after.log, after.keys)) < CHANCE
    for guessed in (attack.in_stored_order("sealed_vote"), attack.in_stored_order("sealed_vote")[::-1]):
        assert len(guessed) == VOTERS
        assert attack.accuracy(guessed, sitting.cast) < CHANCE
