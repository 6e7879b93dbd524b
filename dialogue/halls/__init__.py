"""Town halls: segments, guests, questions and straw polls."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

TABLES = ("dialogue.halls.models", "dialogue.halls.polls.models")


def register(app: "Flask") -> None:
    """List what halls offer."""
    from dialogue.core.record import presents
    from dialogue.core.reformatting import covers
    from dialogue.core.thread import shows
    from dialogue.halls import api, events, labels, live, models, web
    from dialogue.halls.questions import queries as questions
    from dialogue.live.events import receives

    app.register_blueprint(web.bp)
    app.add_template_global(labels.hall_label)
    app.register_blueprint(api.bp)
    app.add_template_filter(web.code_shown, "code")
    app.add_template_filter(web.door_number_shown, "door_number")
    presents(questions.as_data, events.QuestionAsked, events.QuestionSupported, events.QuestionStaged,
             events.QuestionAnswered, events.QuestionRequeued, events.QuestionHidden)
    shows("question", questions.as_nodes)
    receives(live.ask, live.support)
    covers(models.Question, "answer", "answer_html")
