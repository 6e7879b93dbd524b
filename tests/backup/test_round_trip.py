"""A restored installation holds what the backed-up one held, on either database."""

import stat
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    select,
)

from dialogue.backup import rows
from dialogue.backup.archive import Archive, Manifest, Writer
from dialogue.core import db
from dialogue.core.db import Moment, new_id
from dialogue.votes import actions as votes
from dialogue.votes import keys
from dialogue.votes.models import Ballot, BallotState, Visibility
from tests.backup.conftest import ODD, Place

Elsewhere = Callable[..., Place]


def test_a_backup_restores_into_an_empty_installation(lived_in: Place, elsewhere: Elsewhere, tmp_path: Path) -> None:
    before, other = lived_in.rows(), elsewhere()
    lived_in.back_up(tmp_path / "backup")
    other.restore(tmp_path / "backup")
    assert other.rows() == before
    assert any(ODD in row for row in before["contribution"])
    assert lived_in.rows() == before


def test_a_backup_brings_an_installation_back_to_its_moment(lived_in: Place, tmp_path: Path) -> None:
    before = lived_in.rows()
    lived_in.back_up(tmp_path / "backup")
    with db.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM vote")
    assert lived_in.rows() != before
    for _twice in range(2):
        lived_in.restore(tmp_path / "backup")
        assert lived_in.rows() == before


@pytest.mark.postgres
def test_a_backup_of_one_database_restores_into_the_other_and_back(
        lived_in: Place, elsewhere: Elsewhere, postgres_url: Callable[[], str], tmp_path: Path) -> None:
    before = lived_in.rows()
    lived_in.back_up(tmp_path / "one")
    postgres, sqlite = elsewhere(postgres_url().replace("postgresql:", "postgresql+psycopg:")), elsewhere()
    postgres.restore(tmp_path / "one")
    assert postgres.rows() == before
    postgres.back_up(tmp_path / "two")
    sqlite.restore(tmp_path / "two")
    assert sqlite.rows() == before
    postgres.restore(tmp_path / "two")
    assert postgres.rows() == before


def test_documents_come_with_it(lived_in: Place, elsewhere: Elsewhere, tmp_path: Path) -> None:
    other = elsewhere()
    assert len(lived_in.back_up(tmp_path / "backup").manifest.exports) == 1
    other.restore(tmp_path / "backup")
    documents = [place.settings.instance / "exports" / ("d" * 22) for place in (lived_in, other)]
    assert documents[0].read_bytes() == documents[1].read_bytes()


def test_a_document_that_was_tidied_away_is_left_out(lived_in: Place, tmp_path: Path) -> None:
    (lived_in.settings.instance / "exports" / ("d" * 22)).unlink()
    assert lived_in.back_up(tmp_path / "backup").manifest.exports == {}


def test_a_backup_and_its_keys_are_readable_to_their_owner_alone(lived_in: Place, tmp_path: Path) -> None:
    (tmp_path / "backup").touch(mode=0o666)
    lived_in.back_up(tmp_path / "backup", tmp_path / "keys-apart")
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("backup", "keys-apart")} == {0o600}


def secret_ballot() -> Ballot:
    """The open secret ballot, read anew."""
    return db.session().scalars(select(Ballot).where(Ballot.visibility == Visibility.SECRET)).one()


def test_an_open_secret_ballot_goes_on_with_its_key(lived_in: Place, elsewhere: Elsewhere, tmp_path: Path) -> None:
    other = elsewhere()
    assert lived_in.back_up(tmp_path / "backup", tmp_path / "keys-apart").keys == 1
    key = keys.find(secret_ballot().id)
    assert other.restore(tmp_path / "backup", tmp_path / "keys-apart").keys == 1
    assert keys.find(secret_ballot().id) == key is not None


def test_a_backup_holds_no_key_of_a_ballot(lived_in: Place, elsewhere: Elsewhere, tmp_path: Path) -> None:
    other = elsewhere()
    assert lived_in.back_up(tmp_path / "backup").keyless == 1
    key = keys.find(secret_ballot().id) or b""
    with zipfile.ZipFile(tmp_path / "backup") as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist())
    assert len(key) == 32
    assert not any(trace in everything for trace in (key, key.hex().encode()))
    assert other.restore(tmp_path / "backup").keyless == 1
    assert keys.find(secret_ballot().id) is None


def test_a_key_is_put_back_for_open_ballots_alone(lived_in: Place, tmp_path: Path) -> None:
    lived_in.back_up(tmp_path / "with-open-ballot", tmp_path / "keys-apart")
    ballot = secret_ballot()
    with db.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE ballot SET state = 'cancelled' WHERE visibility = 'secret'")
    keys.destroy(ballot.id)
    lived_in.back_up(tmp_path / "without")
    lived_in.restore(tmp_path / "without", tmp_path / "keys-apart")
    assert secret_ballot().state is BallotState.CANCELLED
    assert keys.find(ballot.id) is None


def test_secret_votes_stand_in_the_order_of_their_slots(lived_in: Place, tmp_path: Path) -> None:
    lived_in.back_up(tmp_path / "backup")
    with Archive(tmp_path / "backup") as archive:
        slots = [line.split("\t")[1] for line in archive.lines("secret_vote")]
    assert slots == sorted(slots)


SHAPES = Table("shapes", MetaData(), Column("id", String(22), primary_key=True), Column("text", String),
               Column("number", Integer), Column("share", Float), Column("is_so", Boolean), Column("day", Date),
               Column("at", Moment), Column("raw", LargeBinary), Column("more", JSON))


def test_every_type_of_column_keeps_its_value_in_sqlite(tmp_path: Path) -> None:
    given = [(new_id(), text, number, share, is_so, date(2026, 2, 28), datetime(2026, 1, 2, 3, 4, 5, 6, UTC), raw, more)
             for text, number, share, is_so, raw, more in (
                 (ODD, 2**31 - 1, 0.1, True, bytes(range(256)), {"a": [1, "\\N\t"]}),
                 ("", -1, -1e-300, False, b"", []), ("\\N", 0, 1e300, True, b"\\x00", {}))]
    given.append((new_id(), *[None] * 7, {}))
    first, second = (create_engine(f"sqlite:///{tmp_path / name}") for name in ("first", "second"))
    for engine in (first, second):
        SHAPES.metadata.create_all(engine)
    with first.begin() as connection:
        connection.execute(SHAPES.insert(), [dict(zip(SHAPES.columns.keys(), row, strict=True)) for row in given])
        lines = list(connection.exec_driver_sql(rows.sqlite_select(SHAPES)).scalars())
    assert all("\n" not in line for line in lines)
    with second.begin() as connection:
        places = ", ".join("?" * len(SHAPES.columns))
        for row in rows.values(SHAPES, lines):
            connection.exec_driver_sql(f"INSERT INTO shapes VALUES ({places})", tuple(row))
        found = [tuple(row) for row in connection.execute(select(SHAPES))]
    first.dispose()
    second.dispose()
    assert sorted(found, key=repr) == sorted(given, key=repr)


def test_lines_are_put_together_across_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialogue.backup.archive.PIECE", 3)
    with (tmp_path / "file").open("wb") as file, Writer(file, Manifest("1", "now", "sqlite")) as writer:
        writer.table("words", ["word"], ["één\ntwee\n\n".encode(), "drié\n".encode()])
    with Archive(tmp_path / "file") as archive:
        assert list(archive.lines("words")) == ["één", "twee", "", "drié"]


def test_a_restored_ballot_can_be_closed(lived_in: Place, elsewhere: Elsewhere, tmp_path: Path) -> None:
    other = elsewhere()
    lived_in.back_up(tmp_path / "backup", tmp_path / "keys-apart")
    other.restore(tmp_path / "backup", tmp_path / "keys-apart")
    with db.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE ballot SET closes_at = opened_at WHERE visibility = 'secret'")
    assert votes.sweep() == 1
    closed = secret_ballot()
    assert (closed.yes, closed.no, closed.abstain) == (3, 3, 0)


def test_a_restore_that_dies_over_a_key_leaves_the_ballot_its_key(
        lived_in: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    lived_in.here()
    ballot_id = secret_ballot().id
    key = keys.find(ballot_id)

    def die(_descriptor: int, _content: bytes) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(keys, "_write", die)
    with pytest.raises(OSError, match="full"):
        keys.put_back(ballot_id, bytes(32))
    assert keys.find(ballot_id) == key is not None
    keys.put_back(ballot_id, key)  # It is there already: nothing is written.
