"""The words of town halls for their codes: pages and threads take them from here."""

from dialogue.core.i18n import lazy_gettext as _

LABELS = {
    "hall": {"lobby": _("Lobby"), "live": _("Live now"), "ended": _("Ended")},
    "access": {"open": _("Open"), "listed": _("Listed"), "invited": _("By code only")},
    "segment": {
        "opening": _("Opening"), "panel": _("Panel"), "floor": _("Floor"), "questions": _("Questions"),
        "poll": _("Straw poll"), "decision": _("Decision"), "closing": _("Closing"),
    },
    "segment_title": {
        "opening": _("Opening"), "panel": _("Short statements"), "floor": _("Open floor"),
        "questions": _("Questions from the floor"), "poll": _("Straw poll: where do we stand?"),
        "decision": _("Decision on the next step"), "closing": _("Closing: what happens next"),
    },
    "question": {
        "asked": _("Asked"), "on_stage": _("On stage"), "answered": _("Answered"), "hidden": _("Taken off the list"),
    },
}  # fmt: skip


def hall_label(kind: str, code: str) -> str:
    """The words for a code, in the reader's language."""
    return str(LABELS[kind][str(code)])
