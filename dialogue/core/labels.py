"""The words for the codes of attribution: pages, documents, other nouns' labels and the browser take them from here."""

from dialogue.core.i18n import lazy_gettext as _

LABELS = {
    "attribution": {
        "on_record": _("On the record"), "chatham_house": _("Chatham House Rule"), "closed": _("Closed"),
    },
    "set": {
        "state": _("State"), "civil_society": _("Civil society"),
        "intl_civil_service": _("International civil service"), "public": _("Public"),
    },
    "capacity": {"official": _("official capacity"), "personal": _("personal capacity")},
    "role": {
        "chair": _("Chair"), "co_chair": _("Co-chair"), "rapporteur": _("Rapporteur"),
        "participant": _("Participant"), "observer": _("Observer"), "guest": _("Guest"),
    },
}  # fmt: skip


def core_label(kind: str, code: str) -> str:
    """The words for a code, in the reader's language."""
    return str(LABELS[kind][str(code)])
