"""The few sentences that the browser says by itself, in the page's language."""

from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.labels import LABELS

_SENTENCES = {
    "reconnecting": _("Connection lost. Reconnecting …"),
    "caught_up": _("Connected again. You have seen everything."),
    "restart": _("The server is restarting. You will be back in a moment."),
    "evicted": _("Your place here has ended. What you typed is still below."),
    "sending": _("Sending …"),
    "not_sent": _("Not sent yet. What you typed is kept; press again."),
    "replied": _("Posted at the end of the discussion."),
    "draft_kept": _("Draft kept on this device."),
    "new_below": _("New contributions below"),
    "edited": _("edited"),
    "retracted": _("This contribution was taken back by its author."),
    "hidden": _("This contribution was hidden by the chair: %(reason)s"),
    "vote_recorded": _("Your vote is recorded. You can change it until the ballot closes."),
    "ballot_opened": _("A ballot has opened: %(question)s"),
    "ballot_over": _("A ballot is over: %(question)s"),
    "clock_resumed": _("The clock is running again."),
    "clock_stopped": _("The clock is stopped."),
    "hall_ended": _("The town hall has ended."),
    "poll_closed": _("The straw poll is closed. Its counts are shown."),
    "poll_opened": _("A straw poll has opened. You can answer now."),
    "question_staged": _("On stage now: %(text)s"),
    "segment_begun": _("The next segment has begun."),
    "closed": _("Voting has closed."),
    "over_time": _("over time"),
    "copied": _("Copied."),
    "similar_name": _("Similar name [%(number)s]"),
}
# The browser fills a byline and counts who is present: it names their codes as pages do.
_LABELS = {f"{kind}_{code}": words for kind in ("capacity", "role", "set") for code, words in LABELS[kind].items()}


def client_messages() -> dict[str, str]:
    """The sentences of the browser's scripts, in the page's language."""
    return {name: str(sentence) for name, sentence in (_SENTENCES | _LABELS).items()}
