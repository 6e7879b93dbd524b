"""The words of proposals for their codes: pages and threads take them from here."""

from dialogue.core.i18n import lazy_gettext as _

_STEPS = {"draft": _("Draft"), "submitted": _("Submitted"), "open": _("Put to a decision"), "decided": _("Voted on"),
          "withdrawn": _("Withdrawn")}
LABELS = {
    # On a badge beside badges of ballots, which are open alike.
    "proposal": _STEPS | {"open": _("Open")},
    "step": _STEPS,
    # In the list's filter, where a reader looks for their own drafts.
    "proposals": _STEPS | {"draft": _("My drafts")},
}


def proposal_label(kind: str, code: str) -> str:
    """The words for a code, in the reader's language."""
    return str(LABELS[kind][str(code)])
