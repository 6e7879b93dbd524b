"""The words of rooms for their codes: pages take them from here. Roles and rules are named in core/labels.py."""

from dialogue.core.i18n import lazy_gettext as _

LABELS = {
    "access": {"open": _("Open"), "listed": _("Listed"), "invited": _("By invitation")},
    "rule_meaning": {
        "on_record": _("Names are shown. What is said may be quoted with the speaker’s name and affiliation."),
        "chatham_house": _("All people appear under random handles. What is said may be used, but neither who said it "
                           "nor who took part may be revealed."),
        "closed": _("All people appear under handles, and nothing said leaves the room: neither the words nor the "
                    "names."),
    },
    # Three words and a sentence, above everything else on the page of a room.
    "rule_reminder": {
        "on_record": _("What is said here may be quoted with the speaker’s name."),
        "chatham_house": _("Use what you hear. Never say, or hint at, who said it or who was here."),
        "closed": _("Nothing said here leaves this room: neither the words nor the names."),
    },
}  # fmt: skip


def room_label(kind: str, code: str) -> str:
    """The words for a code, in the reader's language."""
    return str(LABELS[kind][str(code)])
