"""Questions through sockets: the same actions as the forms."""

from typing import Any

from dialogue.core import inputs
from dialogue.core.permissions import Permission
from dialogue.halls.models import MAX_QUESTION_LENGTH, Question
from dialogue.halls.questions import actions
from dialogue.live.events import Call, on


@on("question.ask", Permission.QUESTION_ASK, limit="post")
def ask(call: Call) -> dict[str, Any]:
    """Put a question: `{stream, key, text}`."""
    hall_id = inputs.text(call.data, "stream", max_length=22)
    asked = actions.ask(call.signed_in_person, hall_id, key=inputs.key(call.data),
                        text=inputs.text(call.data, "text", max_length=MAX_QUESTION_LENGTH))
    return _done(asked)


@on("question.support", Permission.QUESTION_SUPPORT)
def support(call: Call) -> dict[str, Any]:
    """Support a question (`{question, on: true}`), or take the support back."""
    press = actions.support if inputs.flag(call.data, "on") else actions.withdraw_support
    return _done(press(call.signed_in_person, inputs.text(call.data, "question", max_length=22)))


def _done(question: Question) -> dict[str, Any]:
    return {"id": question.id, "supports": question.supports}
