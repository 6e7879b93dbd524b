"""Pages of exports: choosing, how far it is, the file; and the agenda's calendar to follow."""

import hashlib
import json
from typing import Any

from flask import Blueprint, Flask, redirect, render_template, request, send_file, url_for
from flask_babel import get_locale

from dialogue.agenda.filters import FILTERS, filter_of
from dialogue.core import db, inputs, reader
from dialogue.core.db import new_id
from dialogue.core.errors import NotFound
from dialogue.core.forms import redisplays
from dialogue.core.i18n import LANGUAGES, language_names
from dialogue.core.limits import throttle
from dialogue.core.record import AGENDA, Stream
from dialogue.exports import actions, api, ballots_web, queries, web_choices
from dialogue.exports.asking import wanted
from dialogue.exports.jobs.runner import Runner
from dialogue.exports.models import ExportState
from dialogue.exports.selection import File, Subject, Wanted
from dialogue.exports.web_owner import asking, owner, runner

AWAITED_SECONDS = 1.0
TYPES = {"md": "text/markdown", "pdf": "application/pdf", "csv": "text/csv",
         "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "ics": "text/calendar"}  # fmt: skip

bp = Blueprint("exports", __name__)
bp.register_blueprint(ballots_web.bp)
bp.register_blueprint(api.bp)


def open_desk(app: Flask) -> None:
    """Give the application its desk."""
    settings = app.extensions["settings"]
    app.extensions["exports"] = Runner(settings.instance / "exports", settings.url, app.app_context)


def go_on() -> None:
    """In the serving process: take up what was left or waits, and remove what is old."""
    runner().wake_if_needed()


@bp.get("/exports")
def index() -> str:
    """Choose what to take along."""
    mine, subject = owner(), _subject()
    choices = web_choices.agenda() | {"themes": queries.themes(), "calendar_filter": _calendar_filter()}
    if subject is Subject.OUTCOME:
        choices = {"outcomes": queries.outcomes(mine.person)}
    return render_template("exports/index.html", what=subject.value, files=web_choices.files(subject), key=new_id(),
                           recent=queries.recent(mine), languages=language_names(), language=_language(), **choices)


def _subject() -> Subject:
    """The tab: what was named, or what an address from an outcome's page means."""
    named = request.values.get("what")
    is_outcome = named == Subject.OUTCOME or (named is None and "outcome" in request.values)
    return Subject.OUTCOME if is_outcome else Subject.AGENDA


def _calendar_filter() -> dict[str, str]:
    """What of the address also narrows the calendar."""
    return {name: value for name in FILTERS if (value := request.args.get(name))}


@bp.post("/exports")
@redisplays(index, "export")
def ask() -> Any:
    """Ask for a document; a small one is there when its page opens."""
    who = asking()
    export = actions.request(who.person, wanted(request.form, str(reader.zone())), visitor_id=who.visitor_id,
                             key=inputs.key(request.form))
    db.release()
    runner().wake_for(export.id, AWAITED_SECONDS)
    return redirect(url_for("exports.show", export_id=export.id), 303)


@bp.get("/exports/<export_id>")
def show(export_id: str) -> str:
    """How far it is, and the file once it is there."""
    export = queries.export_for(owner(), export_id)
    if not export.is_finished:
        runner().wake()
    return render_template("exports/show.html", export=export, wanted=Wanted.restored(export.what))


@bp.get("/exports/<export_id>/file")
def file(export_id: str) -> Any:
    """The file itself, for its owner alone."""
    export = queries.file_for(owner(), export_id)
    path = runner().path(export.id)
    if export.state is not ExportState.DONE or not path.is_file():
        raise NotFound()
    answer = send_file(path, TYPES[export.format.value], as_attachment=True, download_name=export.filename,
                       conditional=False, etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/agenda.ics")
def calendar() -> Any:
    """The agenda's days, for calendar programs that look again by themselves; the filters of the agenda's page."""
    throttle("export", request.remote_addr or "")
    asked = Wanted(subject=Subject.AGENDA, file=File.ICAL, language=_language(),
                   filter=filter_of(request.args, str(reader.zone())))
    stream = db.session().get(Stream, AGENDA)
    today = asked.filter.today().isoformat() if asked.filter.overdue else ""
    version = json.dumps([asked.stored(), stream.seq if stream else 0, today])
    name = "calendar-" + hashlib.sha256(version.encode()).hexdigest()[:32]
    answer = send_file(runner().calendar(asked, name), TYPES["ics"], download_name="reform-agenda.ics", etag=name)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _language() -> str:
    asked = request.values.get("language", "")
    return asked if asked in LANGUAGES else str(get_locale() or "en").partition("_")[0]
