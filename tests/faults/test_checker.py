"""The checker finds what it is there to find: each invariant is broken here on purpose."""

from pathlib import Path
from typing import Any

from tests.faults import checker
from tests.faults.history import History

BALLOT = {"id": "b", "yes": 1, "no": 0, "abstain": 0}


def said(seq: int, text: str, id: str) -> dict[str, Any]:
    """An entry of the record."""
    return {"seq": seq, "kind": "contribution.posted", "data": {"id": id, "html": f"<p>{text}</p>\n"}}


def applied(*seqs: int) -> History:
    """A client that applied these."""
    history = History()
    for seq in seqs:
        history.note("A", "record", "ok", seq=seq, kind="contribution.posted")
    return history


def test_a_lost_or_altered_post_is_found() -> None:
    history = History()
    history.note("A", "post", "ok", key="k", text="words", id="x", seq=1)
    assert checker.acknowledged_is_there(history, [said(1, "words", "x")]) == []
    for stored in ([], [said(2, "words", "x")], [said(1, "other words", "x")], [said(1, "words", "y")]):
        assert checker.acknowledged_is_there(history, stored)


def test_a_gap_in_the_numbers_is_found() -> None:
    assert checker.numbers_are_dense(History(), [said(1, "a", "x"), said(3, "b", "y")])


def test_a_client_that_missed_doubled_or_mixed_up_entries_is_found() -> None:
    stored = [said(n, "a", str(n)) for n in (1, 2, 3)]
    assert checker.everybody_saw_the_same(applied(1, 2, 3), stored) == []
    assert checker.everybody_saw_the_same(applied(2, 3), stored) == []
    for wrong in ((1, 2), (1, 3), (1, 1, 2, 3), (2, 1, 3)):
        assert checker.everybody_saw_the_same(applied(*wrong), stored)


def test_a_key_with_two_effects_or_two_answers_is_found() -> None:
    history = History()
    for id in ("x", "y"):
        history.note("A", "post", "invoke", key="k", text="words")
        history.note("A", "post", "ok", key="k", text="words", id=id, seq=1)
    found = checker.a_key_has_one_effect(history, [said(1, "words", "x"), said(2, "words", "y")])
    assert len(found) == 2


def test_a_second_vote_that_counts_is_found() -> None:
    vote = {"ballot_id": "b", "voice_id": "v"}
    assert checker.one_vote_a_voter(History(), [vote]) == []
    assert checker.one_vote_a_voter(History(), [vote, vote])


def test_a_lost_an_invented_and_a_turned_vote_are_found() -> None:
    history = History()
    history.note("A", "vote", "ok", ballot="b", key="1", choice="no")
    history.note("A", "vote", "ok", ballot="b", key="2", choice="yes")
    assert checker.the_tally_is_what_was_acknowledged(history, BALLOT) == []
    for wrong in ({"yes": 0}, {"yes": 2}, {"yes": 0, "no": 1}):
        assert checker.the_tally_is_what_was_acknowledged(history, BALLOT | wrong)


def test_a_vote_without_an_answer_may_count_or_not() -> None:
    history = History()
    history.note("A", "vote", "info", ballot="b", key="1", choice="yes")
    for yes in (0, 1):
        assert checker.the_tally_is_what_was_acknowledged(history, BALLOT | {"yes": yes}) == []
    assert checker.the_tally_is_what_was_acknowledged(history, BALLOT | {"no": 1, "yes": 0})


def test_a_changed_result_is_found() -> None:
    history = History()
    history.note("A", "result", "ok", ballot="b", yes=1, no=0, abstain=0)
    assert checker.a_result_never_changes(history, BALLOT) == []
    assert checker.a_result_never_changes(history, BALLOT | {"yes": 2})


def test_an_outsider_who_hears_is_found() -> None:
    history = History()
    history.note("A", "heard", "info", event="record", stream="s")
    assert checker.nobody_else_heard(history, ["A"])
    assert checker.nobody_else_heard(history, ["B"]) == []


def test_a_leak_and_a_stall_are_found() -> None:
    assert checker.memory_stays_bounded(0, 2**30, 100)
    assert checker.memory_stays_bounded(2**20, 2**21, 1) == []
    assert checker.the_rest_goes_on([0.01] * 90 + [0.3] * 10)
    assert checker.the_rest_goes_on([])
    assert checker.the_rest_goes_on([0.01] * 100) == []


def test_a_history_can_be_kept_and_read(tmp_path: Path) -> None:
    history = applied(1, 2)
    assert History.read(history.write(tmp_path / "history.jsonl")).lines == history.lines
