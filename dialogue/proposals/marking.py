"""The runs of a comparison as HTML: thousands of them on one page, so without a template's turns."""

from collections.abc import Iterable
from itertools import groupby

from markupsafe import Markup, escape

from dialogue.proposals.emphasis import html
from dialogue.proposals.wording import Op, Run

_TAGS = {Op.ADDED: "ins", Op.REMOVED: "del"}


def marked(runs: Iterable[Run], *, added: str, added_end: str, removed: str, removed_end: str) -> Markup:
    """Return safe HTML of runs; what is added and removed is said to the ear as well, in these words."""
    frames = {Op.SAME: ("", ""), Op.ADDED: _frame(Op.ADDED, added, added_end),
              Op.REMOVED: _frame(Op.REMOVED, removed, removed_end)}
    changes = ((frames[op], "".join(html(run.text, run.emphasis) for run in alike))
               for op, alike in groupby(runs, key=lambda run: run.op))
    # Every piece is escaped by `html` or was made here.
    return Markup("".join(f"{begins}{words}{ends}" for (begins, ends), words in changes))  # noqa: S704 - See above.


def _frame(op: Op, begins: str, ends: str) -> tuple[str, str]:
    # Isolated, because the first letter of a clause, and not of these words, says from which side it is read.
    said = '<bdi class="visually-hidden"> {} </bdi>'
    return f"<{_TAGS[op]}>{said.format(escape(begins))}", f"{said.format(escape(ends))}</{_TAGS[op]}>"
