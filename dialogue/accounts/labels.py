"""The words of accounts for their codes: pages take them from here. Sets and capacities are named in core/labels.py."""

from dialogue.core.i18n import lazy_gettext as _

LABELS = {
    "subtype": {
        "state": _("State"), "ngo": _("Non-governmental organisation"), "social_movement": _("Social movement"),
        "religious": _("Religious body"), "community": _("Community"), "business": _("Business"),
        "scholar": _("Research and scholarship"), "media": _("Media"),
        "regional_organisation": _("Regional organisation"), "local_authority": _("Local authority"),
        "office": _("International office"), "other": _("Other"),
    },
    "group": {
        "african": _("African States"), "asia_pacific": _("Asia-Pacific States"),
        "eastern_european": _("Eastern European States"), "grulac": _("Latin American and Caribbean States"),
        "weog": _("Western European and other States"),
    },
    "claim": {"pending": _("Not confirmed"), "confirmed": _("Confirmed"), "refused": _("Refused")},
}  # fmt: skip


def account_label(kind: str, code: str) -> str:
    """The words for a code, in the reader's language."""
    return str(LABELS[kind][str(code)])
