"""The words of town halls for their codes: pages and threads take them from here."""

from dialogue.core.i18n import lazy_gettext as _

LABELS = {
    "hall": {"lobby": _("Lobby"), "live": _("Live now"), "ended": _("Ended")},
    "access": {"open": _("Open"), "listed": _("Listed"), "invited": _("By code only")},
    "rule_promise": {
        "on_record": _("I understand: this town hall is on the record."),
        "chatham_house": _("I will keep the Chatham House Rule."),
        "closed": _("I understand: nothing said here leaves this town hall."),
    },
    "rule_meaning": {
        "on_record": _("What you ask may be quoted, with the name you give."),
        "chatham_house": _("Use what you hear. Never say, or hint at, who said it or who was here. You are shown by a "
                           "handle, not by name."),
        "closed": _("Neither the words nor the names."),
    },
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
