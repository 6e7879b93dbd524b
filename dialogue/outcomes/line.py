"""The thread of an outcome for the eye, in few questions to the database.

The record holds what it was decided on, and all that was said stands in one room; only what came of the outcome has
to be asked for.
"""

from typing import Any

from dialogue.accounts.models import Person
from dialogue.core import page_addresses, thread
from dialogue.core.i18n import ngettext
from dialogue.core.thread import Node, Ref
from dialogue.outcomes.models import Outcome

SAID = ("contribution", "question")


def line(outcome: Outcome, found: set[Ref], person: Person | None, *, reads_room: bool) -> list[dict[str, Any]]:
    """The steps as `parts.thread_line` takes them. What was said is one step: the summary leads to each."""
    known = _known(outcome, reads_room=reads_room)
    rest = [ref for ref in found if ref.kind not in SAID and ref not in known]
    nodes = {**known, **thread.present(rest, person)}
    steps = [_step(nodes[ref]) for kind in thread.ORDER for ref in sorted(found) if ref.kind == kind and ref in nodes]
    said = sum(ref.kind in SAID for ref in found)
    return [_said(said, reads_room=reads_room), *steps] if said else steps


def _known(outcome: Outcome, *, reads_room: bool) -> dict[Ref, Node]:
    itself = Ref("outcome", outcome.id)
    nodes = [Node(itself, f"{outcome.symbol} {outcome.title}", outcome.address, outcome.state)]
    if proposal := outcome.decision.get("proposal"):
        ref = Ref("proposal", proposal["id"])
        title = f"{proposal['symbol']} · {outcome.decision['question']}"
        nodes.append(Node(ref, title, page_addresses.proposal(ref.id), outcome.verdict))
    if outcome.ballot_id:
        ref = Ref("ballot", outcome.ballot_id)
        nodes.append(Node(ref, outcome.decision["question"], page_addresses.ballot(ref.id), outcome.verdict))
    return {node.ref: node if reads_room or node.ref == itself else Node(node.ref, hidden=True) for node in nodes}


def _step(node: Node) -> dict[str, Any]:
    return {"kind": node.ref.kind, "title": node.title, "url": node.address, "state": node.state,
            "hidden": node.hidden, "current": node.ref.kind == "outcome"}


def _said(count: int, *, reads_room: bool) -> dict[str, Any]:
    words = ngettext("%(num)s contribution", "%(num)s contributions", count)
    return {"kind": "contribution", "title": words, "url": "#summary", "hidden": not reads_room}
