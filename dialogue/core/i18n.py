"""Languages: the one door to the gettext catalogues, to dates and to the direction of writing."""

from babel import Locale
from flask_babel import gettext, lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

__all__ = ["LANGUAGES", "LazyString", "direction", "gettext", "language_names", "lazy_gettext", "ngettext"]

LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")


def direction(language: str) -> str:
    """`rtl` for Arabic and its kin, else `ltr`."""
    return str(Locale.parse(language).text_direction)


def language_names() -> list[tuple[str, str]]:
    """Each language under its own name, as people look for it."""
    return [(code, Locale.parse(code).get_display_name(code) or code) for code in LANGUAGES]


def client_messages() -> dict[str, str]:
    """The few sentences the browser says by itself, in the page's language."""
    return {
        "reconnecting": gettext("Connection lost. Reconnecting …"),
        "caught_up": gettext("Connected again. You have seen everything."),
        "restart": gettext("The server is restarting. You will be back in a moment."),
        "evicted": gettext("Your place here has ended. What you typed is still below."),
        "sending": gettext("Sending …"),
        "not_sent": gettext("Not sent yet. What you typed is kept; press again."),
        "draft_kept": gettext("Draft kept on this device."),
        "new_below": gettext("New contributions below"),
        "edited": gettext("edited"),
        "retracted": gettext("This contribution was taken back by its author."),
        "hidden": gettext("This contribution was hidden by the chair: %(reason)s"),
        "vote_recorded": gettext("Your vote is recorded. You can change it until the ballot closes."),
        "closed": gettext("Voting has closed."),
        "over_time": gettext("over time"),
        "copied": gettext("Copied."),
        "capacity_official": gettext("official capacity"),
        "capacity_personal": gettext("personal capacity"),
        "set_state": gettext("State"),
        "set_civil_society": gettext("Civil society"),
        "set_intl_civil_service": gettext("International civil service"),
        "set_public": gettext("Public"),
    }
