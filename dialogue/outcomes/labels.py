"""The words of outcomes for their codes: pages, exports and forms take them from here."""

from dialogue.core.i18n import lazy_gettext as _

LABELS = {
    "kind": {"decision": _("Record of decision"), "session": _("Outcome of a sitting")},
    "outcome": {"draft": _("Draft"), "signed": _("Signed"), "published": _("Published")},
    "heading": {
        "corrections": _("Corrections"), "text_adopted": _("Text adopted"), "text_voted": _("Text put to the vote"),
        "decision": _("How the vote ended"), "explanations": _("Explanations of vote"),
        "summary": _("Summary of the discussion"),
    },
    "section": {
        "themes": _("What it was about"), "convergence": _("Where views met"),
        "divergence": _("Where views differed"), "proposals": _("What was proposed"),
        "next_steps": _("Next steps"), "points": _("Further points"),
    },
}  # fmt: skip


def outcome_label(kind: str, code: str) -> str:
    """The words for a code, in the reader's language."""
    return str(LABELS[kind][str(code)])
