"""Prepared statements say the same as the statements they are made from, on both databases (`--database postgres`)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select, update

from dialogue.accounts.models import Person
from dialogue.core import db
from dialogue.core.attribution import AttributionRule, Capacity
from dialogue.core.idempotency import Receipt
from dialogue.core.prepared import Prepared, among, pair_among
from dialogue.core.record import Stream
from dialogue.core.transaction import transaction
from dialogue.rooms.models import Membership, Room
from tests.world import World

PEOPLE = select(Person.id, Person.capacity, Person.created_at, Person.disabled_at, Person.is_guest)


def test_rows_hold_the_types_of_their_columns(world: World) -> None:
    people = [world.person() for _ in range(3)]
    wanted = PEOPLE.where(among(Person.id, "ids")).order_by(Person.name)
    found = Prepared(wanted).rows(db.session().connection(), ids=[person.id for person in people])
    assert [tuple(row) for row in found] == [
        (person.id, Capacity.PERSONAL, person.created_at, None, False) for person in people]
    assert found[0][2].tzinfo is not None


@pytest.mark.parametrize("ids", [[], ["nobody"], ["it's", 'a "quoted" one', "back\\slash", "{braces,too}"]])
def test_a_list_parameter_holds_any_text(world: World, ids: list[str]) -> None:
    assert Prepared(PEOPLE.where(among(Person.id, "ids"))).rows(db.session().connection(), ids=ids) == []


def test_a_list_of_pairs_finds_pairs_and_no_mixtures(world: World) -> None:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    kept = [("a", "1"), ("a", "2"), ("b", "1"), ("it's", '"odd"')]
    with transaction() as tx:
        Prepared(insert(Receipt)).run(tx.session.connection(), [
            {"owner_id": owner, "key": key, "body": "b", "answer": None, "at": at} for owner, key in kept])
    query = Prepared(select(Receipt.owner_id, Receipt.key).where(pair_among(Receipt.owner_id, Receipt.key, "pairs")))
    asked = [("a", "2"), ("b", "1"), ("b", "2"), ("it's", '"odd"')]
    found = query.rows(db.session().connection(), pairs=asked)
    assert {tuple(row) for row in found} == {("a", "2"), ("b", "1"), ("it's", '"odd"')}


def test_a_statement_keeps_one_text_whatever_the_length_of_its_list(world: World, statements: list[str]) -> None:
    prepared = Prepared(select(Person.id).where(among(Person.id, "ids")))
    ids = [world.person().id for _ in range(3)]
    del statements[:]
    found = [len(prepared.rows(db.session().connection(), ids=ids[:n])) for n in range(4)]
    assert found == [0, 1, 2, 3]
    assert len({text for text in statements if "person" in text}) == 1


def test_a_list_parameter_is_looked_up_by_the_columns_index(world: World) -> None:
    if not db.is_sqlite():
        pytest.skip("PostgreSQL chooses by the size of the table")
    room = world.room()
    where = (Membership.room_id == bindparam("room")) & among(Membership.person_id, "people")
    connection = db.session().connection()
    compiled = Prepared(select(Membership.role).where(where))._for(connection.dialect)
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled.text}",
                                      compiled.values({"room": room.id, "people": ["x"]})).all()
    assert any("room_id=? AND person_id=?" in str(step) for step in plan)


def test_a_row_of_an_entity_is_given_column_by_column(world: World) -> None:
    room = world.room()
    person = world.member(room)
    where = (Membership.room_id == bindparam("room")) & among(Membership.person_id, "people")
    query = select(Membership.acknowledged, Room.attribution, Room.closed_at).join(Room).where(where)
    found = Prepared(query).rows(db.session().connection(), room=room.id, people=[person.id])
    assert [tuple(row) for row in found] == [(AttributionRule.ON_RECORD, AttributionRule.ON_RECORD, None)]


def test_many_rows_are_written_with_their_types(world: World) -> None:
    at = datetime(2026, 11, 30, 14, 5, 0, 123456, tzinfo=UTC)
    given = [{"owner_id": f"owner {n}", "key": "k", "body": "b", "answer": {"n": n}, "at": at} for n in range(3)]
    with transaction() as tx:
        Prepared(insert(Receipt)).run(tx.session.connection(), given)
    kept = db.session().scalars(select(Receipt).order_by(Receipt.owner_id)).all()
    assert [(one.owner_id, one.answer, one.at) for one in kept] == [(f"owner {n}", {"n": n}, at) for n in range(3)]


def test_a_change_returns_what_it_is_asked_for(world: World) -> None:
    room = world.room()
    before = db.session().get_one(Stream, room.id).seq
    change = (update(Stream).where(Stream.id == bindparam("stream"))
              .values(seq=Stream.seq + bindparam("more")).returning(Stream.seq))
    with transaction() as tx:
        assert Prepared(change).rows(tx.session.connection(), stream=room.id, more=2)[0][0] == before + 2
