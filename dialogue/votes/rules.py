"""When is a proposal carried? The arithmetic of decisions, exact and free of any storage.

Every test is made on integers; a share is a `Fraction` and is only ever shown, never compared.

How this grows: a rule is one member of `Rule` and one function in `_TESTS` that states its inequality. Rules
that weigh more than three figures (chambers, weights, a veto) bring a count type of their own beside `Count`.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class Choice(StrEnum):
    """What a voter may answer."""

    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


class Rule(StrEnum):
    """Which inequality carries the question.

    Simple majority and two-thirds are taken of those present and voting: abstainers are "not voting" (General
    Assembly, rules 85 and 86). Consensus is adoption without a standing objection, one voice at least being
    in favour; it is not unanimity, since abstainers do not stand in its way.
    """

    SIMPLE_MAJORITY = "simple_majority"
    TWO_THIRDS = "two_thirds"
    CONSENSUS = "consensus"


class Verdict(StrEnum):
    """How a ballot ended. Too few taking part is not the same as a refusal."""

    ADOPTED = "adopted"
    NOT_ADOPTED = "not_adopted"
    NO_QUORUM = "no_quorum"


@dataclass(frozen=True)
class Count:
    """The figures of a ballot: votes by choice, and how many were entitled to vote.

    Raises ValueError if a figure is negative or more votes were cast than people are eligible.
    """

    yes: int
    no: int
    abstain: int
    eligible: int

    def __post_init__(self) -> None:
        if min(self.yes, self.no, self.abstain, self.eligible) < 0:
            raise ValueError("a count cannot be negative")
        if self.cast > self.eligible:
            raise ValueError("more votes were cast than there are eligible voters")

    @property
    def cast(self) -> int:
        """The number of votes, abstentions included."""
        return self.yes + self.no + self.abstain

    @property
    def present_and_voting(self) -> int:
        """Yes and no alone: an abstention counts as not voting."""
        return self.yes + self.no

    @property
    def not_voting(self) -> int:
        """Eligible, but no vote was cast."""
        return self.eligible - self.cast


@dataclass(frozen=True)
class Quorum:
    """The least share of the eligible that must take part; 0/1, the default, asks for none.

    In a meeting, quorum is judged on presence. A ballot here stays open over hours or days and no elector is "in
    the hall", so taking part stands for presence: a vote cast counts whatever the choice, abstention
    included. An abstainer therefore helps the quorum without helping either side. Bodies of history that
    counted yes and no alone are judged so (`counts_abstentions` False): the International Labour Conference did.

    Raises ValueError unless the share lies between 0 and 1.
    """

    numerator: int = 0
    denominator: int = 1
    counts_abstentions: bool = True

    def __post_init__(self) -> None:
        if self.denominator < 1 or not 0 <= self.numerator <= self.denominator:
            raise ValueError("a quorum is a share between 0 and 1")

    def needed(self, eligible: int) -> int:
        """The fewest votes cast that meet the quorum: the share of `eligible`, rounded up."""
        return -(-self.numerator * eligible // self.denominator)

    def is_met(self, count: Count) -> bool:
        """Whether enough of the eligible took part."""
        return self.taking_part(count) >= self.needed(count.eligible)

    def taking_part(self, count: Count) -> int:
        """How many count towards it."""
        return count.cast if self.counts_abstentions else count.present_and_voting


@dataclass(frozen=True)
class Decision:
    """A verdict with everything needed to check it by hand.

    `lhs` and `rhs` are the two sides of the inequality that was inequality: `lhs > rhs` if `strict`, otherwise
    `lhs >= rhs`. By rule they are Y and N (simple majority), 3Y and 2(Y+N) (two-thirds), Y and Y+N
    (consensus). `share` is Y/(Y+N), None without a yes or no. `needed_share` is what the rule asks for
    (one half, to be exceeded; two thirds, to be reached), None for consensus: it asks about objections.
    """

    rule: Rule
    count: Count
    quorum: Quorum
    verdict: Verdict
    quorum_needed: int
    quorum_met: bool
    share: Fraction | None
    needed_share: Fraction | None
    strict: bool
    lhs: int
    rhs: int


@dataclass(frozen=True)
class _Test:
    """One inequality, worked out for one count."""

    lhs: int
    rhs: int
    strict: bool
    needed_share: Fraction | None

    @property
    def holds(self) -> bool:
        return self.lhs > self.rhs if self.strict else self.lhs >= self.rhs


def _simple_majority(count: Count) -> _Test:
    return _Test(count.yes, count.no, strict=True, needed_share=Fraction(1, 2))


def _two_thirds(count: Count) -> _Test:
    return _Test(3 * count.yes, 2 * count.present_and_voting, strict=False, needed_share=Fraction(2, 3))


def _consensus(count: Count) -> _Test:
    return _Test(count.yes, count.present_and_voting, strict=False, needed_share=None)


_TESTS: dict[Rule, Callable[[Count], _Test]] = {
    Rule.SIMPLE_MAJORITY: _simple_majority,
    Rule.TWO_THIRDS: _two_thirds,
    Rule.CONSENSUS: _consensus,
}


def decide(rule: Rule, count: Count, quorum: Quorum) -> Decision:
    """Apply a rule to a count. Quorum comes first: without it no majority counts.

    A ballot without a yes or no adopts nothing, whatever the rule.
    """
    test = _TESTS[rule](count)
    voting = count.present_and_voting
    return Decision(
        rule=rule,
        count=count,
        quorum=quorum,
        verdict=_verdict(quorum_met=quorum.is_met(count), carried=voting > 0 and test.holds),
        quorum_needed=quorum.needed(count.eligible),
        quorum_met=quorum.is_met(count),
        share=Fraction(count.yes, voting) if voting else None,
        needed_share=test.needed_share,
        strict=test.strict,
        lhs=test.lhs,
        rhs=test.rhs,
    )


def _verdict(*, quorum_met: bool, carried: bool) -> Verdict:
    if not quorum_met:
        return Verdict.NO_QUORUM
    return Verdict.ADOPTED if carried else Verdict.NOT_ADOPTED


def inequality(rule: str, yes: int, no: int, lhs: int, rhs: int) -> tuple[str, dict[str, object]]:
    """The code of a rule's test and the values that its words take (`labels.py`); `lhs` and `rhs` as in `Decision`."""
    if not yes + no:
        return "no_votes", {}
    return rule, {"yes": yes, "no": no, "voting": yes + no, "lhs": lhs, "rhs": rhs, "sign": _sign(rule, lhs, rhs)}


def _sign(rule: str, lhs: int, rhs: int) -> str:
    if lhs < rhs:
        return "<"
    if rule == "two_thirds":
        return "≥"
    return "=" if lhs == rhs else ">"


def tally(choices: Iterable[Choice], eligible: int) -> Count:
    """Count the choices of a ballot with `eligible` voters on its roll. ValueError as for `Count`."""
    found = Counter(choices)
    return Count(found[Choice.YES], found[Choice.NO], found[Choice.ABSTAIN], eligible)
