"""The words of ballots for their codes: pages, outcomes, exports and forms take them from here."""

from dialogue.core.i18n import lazy_gettext as _
from dialogue.votes.rules import inequality

LABELS = {
    "rule": {
        "simple_majority": _("Simple majority"), "two_thirds": _("Two-thirds majority"), "consensus": _("Consensus"),
    },
    "rule_meaning": {
        "simple_majority": _("Adopted if more vote yes than no. Abstentions count for neither side."),
        "two_thirds": _("Adopted if at least two thirds of those voting yes or no vote yes. "
                        "Abstentions count for neither side."),
        "consensus": _("Adopted if there is at least one yes and no no. Abstentions do not prevent it."),
    },
    "ballot": {"open": _("Open"), "closed": _("Closed"), "cancelled": _("Cancelled")},
    "voting": {"recorded": _("Recorded vote"), "secret": _("Secret ballot")},
    "choice": {"yes": _("Yes"), "no": _("No"), "abstain": _("Abstain")},
    "verdict": {"adopted": _("Adopted"), "not_adopted": _("Not adopted"), "no_quorum": _("No quorum")},
    # The inequality that decided, with its figures: one line that readers can check on paper.
    "test": {
        "simple_majority": _("%(yes)s yes %(sign)s %(no)s no"),
        "two_thirds": _("3 × %(yes)s yes = %(lhs)s %(sign)s 2 × %(voting)s voting = %(rhs)s"),
        "consensus": _("%(yes)s yes %(sign)s %(voting)s voting"),
        "no_votes": _("0 yes + 0 no"),
    },
}  # fmt: skip


def ballot_label(kind: str, code: str) -> str:
    """The words for a code, in the reader's language."""
    return str(LABELS[kind][str(code)])


def ballot_test(rule: str, yes: int, no: int, lhs: int, rhs: int) -> str:
    """The inequality that decided, as one line in the reader's language."""
    code, values = inequality(str(rule), yes, no, lhs, rhs)
    return ballot_label("test", code) % values
