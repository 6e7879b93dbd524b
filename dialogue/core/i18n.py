"""Languages: the one door to the gettext catalogues, to dates and to the direction of writing."""

from babel import Locale
from flask_babel import gettext, lazy_gettext, ngettext
from flask_babel.speaklater import LazyString

from dialogue.core.languages import LANGUAGES

__all__ = ["LANGUAGES", "LazyString", "direction", "gettext", "language_names", "lazy_gettext", "ngettext"]


def direction(language: str) -> str:
    """`rtl` for Arabic and its kin, else `ltr`."""
    return str(Locale.parse(language).text_direction)


def language_names() -> list[tuple[str, str]]:
    """Each language under its own name, as people look for it."""
    return [(code, Locale.parse(code).get_display_name(code) or code) for code in LANGUAGES]


# The few sentences the browser says by itself.
_CLIENT_MESSAGES = {
    "reconnecting": lazy_gettext("Connection lost. Reconnecting …"),
    "caught_up": lazy_gettext("Connected again. You have seen everything."),
    "restart": lazy_gettext("The server is restarting. You will be back in a moment."),
    "evicted": lazy_gettext("Your place here has ended. What you typed is still below."),
    "sending": lazy_gettext("Sending …"),
    "not_sent": lazy_gettext("Not sent yet. What you typed is kept; press again."),
    "replied": lazy_gettext("Posted at the end of the discussion."),
    "draft_kept": lazy_gettext("Draft kept on this device."),
    "new_below": lazy_gettext("New contributions below"),
    "edited": lazy_gettext("edited"),
    "retracted": lazy_gettext("This contribution was taken back by its author."),
    "hidden": lazy_gettext("This contribution was hidden by the chair: %(reason)s"),
    "vote_recorded": lazy_gettext("Your vote is recorded. You can change it until the ballot closes."),
    "ballot_opened": lazy_gettext("A ballot has opened: %(question)s"),
    "ballot_over": lazy_gettext("A ballot is over: %(question)s"),
    "clock_resumed": lazy_gettext("The clock is running again."),
    "clock_stopped": lazy_gettext("The clock is stopped."),
    "hall_ended": lazy_gettext("The town hall has ended."),
    "poll_closed": lazy_gettext("The straw poll is closed. Its counts are shown."),
    "poll_opened": lazy_gettext("A straw poll has opened. You can answer now."),
    "question_staged": lazy_gettext("On stage now: %(text)s"),
    "segment_begun": lazy_gettext("The next segment has begun."),
    "closed": lazy_gettext("Voting has closed."),
    "over_time": lazy_gettext("over time"),
    "copied": lazy_gettext("Copied."),
    "capacity_official": lazy_gettext("official capacity"),
    "capacity_personal": lazy_gettext("personal capacity"),
    "role_chair": lazy_gettext("Chair"),
    "role_co_chair": lazy_gettext("Co-chair"),
    "role_rapporteur": lazy_gettext("Rapporteur"),
    "role_guest": lazy_gettext("Guest"),
    "similar_name": lazy_gettext("Similar name [%(number)s]"),
    "set_state": lazy_gettext("State"),
    "set_civil_society": lazy_gettext("Civil society"),
    "set_intl_civil_service": lazy_gettext("International civil service"),
    "set_public": lazy_gettext("Public"),
}


def client_messages() -> dict[str, str]:
    """What the browser says by itself, in the page's language."""
    return {name: str(sentence) for name, sentence in _CLIENT_MESSAGES.items()}
