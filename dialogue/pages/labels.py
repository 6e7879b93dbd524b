"""The words for the steps of a thread, and on the badge of a state: each noun's own labels, gathered."""

from dialogue.agenda.labels import LABELS as OF_AGENDA
from dialogue.core.i18n import lazy_gettext as _
from dialogue.halls.labels import LABELS as OF_HALLS
from dialogue.outcomes.labels import LABELS as OF_OUTCOMES
from dialogue.proposals.labels import LABELS as OF_PROPOSALS
from dialogue.votes.labels import LABELS as OF_BALLOTS

NOUNS = (OF_AGENDA["stage"], OF_AGENDA["status"], OF_HALLS["hall"], OF_HALLS["question"], OF_PROPOSALS["proposal"],
         OF_BALLOTS["ballot"], OF_BALLOTS["verdict"], OF_OUTCOMES["outcome"])
# What a page says of a thing beside its state.
_BESIDE = {"voting": _("Voting"), "corrected": _("Corrected"), "archived": _("Archived")}
STATES = _BESIDE | {code: words for labels in NOUNS for code, words in labels.items()}

# What each step of a thread is (`core.thread.ORDER`).
KINDS = {
    "contribution": _("Contribution"), "question": _("Question"), "proposal": _("Proposal"), "ballot": _("Decision"),
    "outcome": _("Outcome"), "agenda_item": _("Agenda item"), "milestone": _("Milestone"), "evidence": _("Evidence"),
}  # fmt: skip


def thread_label(kind: str) -> str:
    """The words for a kind of step, in the reader's language."""
    return str(KINDS[kind])


def state_label(code: str) -> str:
    """The words for a state of any noun, in the reader's language."""
    return str(STATES[str(code)])
