"""The invariants of a run, judged from the clients' history and what is stored at its end.

Each check returns sentences about what is wrong; none when the invariant holds. `Verdict` collects them, so that a
soak can tell what was tried how often.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.faults.history import History

Entries = Sequence[Mapping[str, Any]]
CHOICES = ("yes", "no", "abstain")


def acknowledged_is_there(history: History, stored: Entries) -> list[str]:
    """I1: what was acknowledged is in the record, under the number and with the words acknowledged."""
    by_id = {_said(entry)["id"]: entry for entry in stored if entry["kind"] == "contribution.posted"}
    wrong = []
    for line in history.of("post", "ok"):
        entry = by_id.get(line.about["id"])
        if entry is None:
            wrong.append(f"{line.who} was told {line.about} and it is not there")
        elif entry["seq"] != line.about["seq"] or line.about["text"] != _words(entry):
            wrong.append(f"{line.who} was told {line.about} and there is {entry}")
    return wrong


def numbers_are_dense(_history: History, stored: Entries) -> list[str]:
    """I2: a stream is numbered 1, 2, 3, …"""
    numbers = [entry["seq"] for entry in stored]
    return [] if numbers == list(range(1, len(numbers) + 1)) else [f"the numbers are {numbers}"]


def everybody_saw_the_same(history: History, stored: Entries) -> list[str]:
    """I3: each client applied, from where it began to the end, exactly what is stored: once and in order."""
    last = stored[-1]["seq"] if stored else 0
    wrong = []
    for who, applied in history.received().items():
        numbers = [entry["seq"] for entry in applied]
        if any(after != before + 1 for before, after in pairwise(numbers)):
            wrong.append(f"{who} applied {numbers}")
        elif numbers[-1] != last:
            wrong.append(f"{who} ended at {numbers[-1]} of {last}")
        kinds = {entry["seq"]: entry["kind"] for entry in stored}
        wrong += [f"{who} saw {e['kind']} as {e['seq']}, which is {kinds.get(e['seq'])}" for e in applied
                  if kinds.get(e["seq"]) != e["kind"]]
    return wrong


def a_key_has_one_effect(history: History, stored: Entries) -> list[str]:
    """I4: however often a key was sent, what it said stands there at most once, and its answers are one answer."""
    sent = {line.about["text"] for line in history.of("post", "invoke")}
    there = Counter(_words(entry) for entry in stored if entry["kind"] == "contribution.posted")
    wrong = [f"{text!r} stands there {there[text]} times" for text in sent if there[text] > 1]
    answers: dict[tuple[str, str], set[Any]] = {}
    for what in ("post", "vote"):
        for line in history.of(what, "ok"):
            answers.setdefault((what, line.about["key"]), set()).add(line.about.get("id") or line.about.get("receipt"))
    return wrong + [f"key {key} was answered {given}" for key, given in answers.items() if len(given) > 1]


def one_vote_a_voter(_history: History, votes: Sequence[Mapping[str, Any]]) -> list[str]:
    """I5: at most one counted vote for each voter of a ballot."""
    counted = Counter((vote["ballot_id"], vote["voice_id"]) for vote in votes)
    return [f"{who} counts {n} times" for who, n in counted.items() if n > 1]


def the_tally_is_what_was_acknowledged(history: History, ballot: Mapping[str, Any]) -> list[str]:
    """I6: the tally counts, for each voter, the last acknowledged vote; a vote whose fate is unknown may count.

    Each voter sends one vote after another. Those acknowledged are in; whatever was left without an answer may or
    may not have been; what was refused is out.
    """
    sure, unsure = _last_votes(history, ballot["id"])
    least, most = Counter(sure.values()), Counter(sure.values())
    for who, choices in unsure.items():
        if who in sure:
            least[sure[who]] -= 1
        most.update(choices - {sure.get(who)})
    wrong = [f"{choice}: {ballot[choice]} counted, {least[choice]} to {most[choice]} sent" for choice in CHOICES
             if not least[choice] <= ballot[choice] <= most[choice]]
    total = sum(ballot[choice] for choice in CHOICES)
    everybody = sure.keys() | unsure.keys()
    if not len(sure) <= total <= len(everybody):
        wrong.append(f"{total} counted, {len(sure)} acknowledged")
    return wrong


def _last_votes(history: History, ballot_id: str) -> tuple[dict[str, str], dict[str, set[str]]]:
    sure: dict[str, str] = {}
    unsure: dict[str, set[str]] = {}
    for line in history.of("vote"):
        if line.about["ballot"] != ballot_id:
            continue
        if line.outcome == "ok":
            sure[line.who] = line.about["choice"]
            unsure.pop(line.who, None)
        elif line.outcome == "info":
            unsure.setdefault(line.who, set()).add(line.about["choice"])
    return sure, unsure


def a_result_never_changes(history: History, ballot: Mapping[str, Any]) -> list[str]:
    """I7: all reads of the result after the closing show the same figures."""
    seen = [tuple(line.about[choice] for choice in CHOICES) for line in history.of("result", "ok")
            if line.about["ballot"] == ballot["id"]]
    final = tuple(ballot[choice] for choice in CHOICES)
    return [f"seen as {figures}, stored as {final}" for figures in seen if figures != final]


def nobody_else_heard(history: History, outsiders: Iterable[str]) -> list[str]:
    """I9: no frame of a room reached a person outside it, or after they left it."""
    outside = set(outsiders)
    return [f"{line.who} heard {line.about}" for line in history.of("heard") if line.who in outside]


def memory_stays_bounded(before: int, after: int, sockets: int) -> list[str]:
    """I11: resident bytes grow by at most 256 KB a socket, and by 16 MB for what an interpreter keeps."""
    allowed = before + sockets * 256 * 1024 + 16 * 2**20
    return [] if after <= allowed else [f"{before >> 20} MB grew to {after >> 20} MB with {sockets} sockets"]


def the_rest_goes_on(waits: Sequence[float]) -> list[str]:
    """I12: asked all the while, the server's pulse answers within 250 ms in 99 of 100 cases."""
    slow = sorted(waits)[int(len(waits) * 0.99)] if waits else float("inf")
    return [] if slow <= 0.25 else [f"the pulse took {slow * 1000:.0f} ms"]


def _said(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    said: Mapping[str, Any] = entry["data"]
    return said


def _words(entry: Mapping[str, Any]) -> str:
    return re.sub(r"<[^>]*>", "", str(_said(entry)["html"])).strip()


DELIVERY: dict[str, Callable[[History, Entries], list[str]]] = {
    "I1": acknowledged_is_there, "I2": numbers_are_dense, "I3": everybody_saw_the_same, "I4": a_key_has_one_effect}


@dataclass
class Verdict:
    """What was checked how often, and what was wrong."""

    checked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def check(self, name: str, found: list[str]) -> None:
        """Take one invariant's answer."""
        self.checked[name] += 1
        self.wrong += [f"{name}: {sentence}" for sentence in found]

    def delivery(self, history: History, stored: Entries) -> None:
        """I1 to I4 for one stream."""
        for name, rule in DELIVERY.items():
            self.check(name, rule(history, stored))

    def votes(self, history: History, ballot: Mapping[str, Any], votes: Sequence[Mapping[str, Any]]) -> None:
        """I5 to I7 for one ballot."""
        self.check("I5", one_vote_a_voter(history, votes))
        self.check("I6", the_tally_is_what_was_acknowledged(history, ballot))
        self.check("I7", a_result_never_changes(history, ballot))
