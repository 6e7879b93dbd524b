"""The runs of a comparison as HTML: thousands of them on one page, so without a template's turns."""

from collections.abc import Iterable

from markupsafe import Markup, escape

from dialogue.proposals.wording import Op, Run

_TAGS = {Op.ADDED: "ins", Op.REMOVED: "del"}


def marked(runs: Iterable[Run], *, added: str, added_end: str, removed: str, removed_end: str) -> Markup:
    """Safe HTML of runs; what is added and removed is said to the ear as well, in these words."""
    frames = {Op.SAME: ("", ""), Op.ADDED: _frame(Op.ADDED, added, added_end),
              Op.REMOVED: _frame(Op.REMOVED, removed, removed_end)}
    # Every piece is escaped here or was made here.
    return Markup("".join(f"{frames[run.op][0]}{escape(run.text)}{frames[run.op][1]}" for run in runs))  # noqa: S704


def _frame(op: Op, begins: str, ends: str) -> tuple[str, str]:
    said = '<span class="visually-hidden"> {} </span>'
    return f"<{_TAGS[op]}>{said.format(escape(begins))}", f"{said.format(escape(ends))}</{_TAGS[op]}>"
