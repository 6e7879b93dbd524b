"""Pages of exports: choosing, how far it is, the file; the agenda's calendar to follow; a closed ballot's votes."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask_babel import get_locale

from dialogue.accounts import identity
from dialogue.agenda.filters import FILTERS, filter_of
from dialogue.agenda.models import Pace, Stage
from dialogue.core import db, inputs, reader
from dialogue.core.attribution import ActorSet
from dialogue.core.db import new_id
from dialogue.core.errors import NotFound
from dialogue.core.forms import redisplays
from dialogue.core.i18n import LANGUAGES, LazyString, language_names
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.limits import throttle
from dialogue.core.record import AGENDA, Stream
from dialogue.exports import actions, queries
from dialogue.exports.asking import wanted
from dialogue.exports.documents.labels import WORDS
from dialogue.exports.documents.tables import Cell
from dialogue.exports.formats.csv import write_csv
from dialogue.exports.jobs.runner import Runner
from dialogue.exports.models import ExportState
from dialogue.exports.queries import Owner
from dialogue.exports.selection import OF_AN_OUTCOME, File, Order, Section, Subject, Wanted
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.rooms.themes import queries as themes
from dialogue.votes import papers, recount
from dialogue.votes.models import BallotState
from dialogue.votes.papers import Paper

AWAITED_SECONDS = 1.0
TYPES = {"md": "text/markdown", "pdf": "application/pdf", "csv": "text/csv",
         "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
         "ics": "text/calendar"}  # fmt: skip

VISITOR = "exports_visitor"
Options = list[tuple[str, Any]]

FILES = {
    File.DOCX: (_("Word document"), _("to edit, comment and send on")),
    File.PDF: (_("PDF"), _("to print, to read anywhere, to keep")),
    File.MARKDOWN: (_("Markdown"), _("plain text for wikis and repositories")),
    File.CSV: (_("Table (CSV)"), _("to calculate with in a spreadsheet")),
    File.CSV_MILESTONES: (_("Table of milestones (CSV)"), _("a row for each milestone")),
    File.ICAL: (_("Calendar (iCal)"), _("milestones and reviews as entries")),
}  # fmt: skip
FIGURES = (_("Table (CSV)"), _("the vote in the columns of UN voting data"))
ORDERS = {Order.SCORE: _("Score"), Order.STAGE: _("Stage"), Order.REVIEW: _("Review"),
          Order.UPDATED: _("Latest change"), Order.TITLE: _("Title")}

bp = Blueprint("exports", __name__)


def open_desk(app: Flask) -> None:
    """Give the application its runner of exports."""
    settings = app.extensions["settings"]
    app.extensions["exports"] = Runner(settings.instance / "exports", settings.url, app.app_context)


def owner() -> Owner:
    """Return the person, or the browser without a sign-in."""
    person = identity.current_person()
    return Owner(person, "" if person else session.get(VISITOR, ""))


def new_owner() -> Owner:
    """Return the owner of a new export; keep a browser without a sign-in in the session."""
    if identity.current_person() is None:
        session.setdefault(VISITOR, new_id())
    return owner()


def runner() -> Runner:
    """Return this application's runner of exports."""
    found: Runner = current_app.extensions["exports"]
    return found


def go_on() -> None:
    """In the serving process: take up what was left or waits, and remove what is old."""
    runner().wake_if_needed()


@bp.get("/exports")
def index() -> str:
    """Choose what to take along."""
    mine, subject = owner(), _subject()
    choices = _choices() | {"themes": themes.choices(), "calendar_filter": _calendar_filter()}
    if subject is Subject.OUTCOME:
        choices = {"outcomes": queries.outcomes(mine.person)}
    return render_template("exports/index.html", what=subject.value, files=_files(subject), key=new_id(),
                           recent=queries.recent(mine), languages=language_names(), language=_language(), **choices)


def _files(subject: Subject) -> list[tuple[str, LazyString, LazyString]]:
    """The files to choose from, each with what it is for."""
    if subject is Subject.OUTCOME:
        return [(file.value, *(FIGURES if file is File.CSV else FILES[file])) for file in OF_AN_OUTCOME]
    return [(file.value, *FILES[file]) for file in File]


def _choices() -> dict[str, Options]:
    """The choices that narrow, cut and sort an agenda summary."""
    return {"stages": _named("stage", (stage.value for stage in Stage)),
            "paces": _named("pace", (pace.value for pace in Pace)),
            "sets": _named("set", (actor_set.value for actor_set in ActorSet)),
            "sections": [(section.value, WORDS[section.value]) for section in Section],
            "orders": [(order.value, words) for order, words in ORDERS.items()]}


def _named(kind: str, codes: Iterable[str]) -> Options:
    return [(code, WORDS[f"{kind}.{code}"]) for code in codes]


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
    person = identity.current_person()
    throttle("export", person.id if person else request.remote_addr or "")
    who = new_owner()
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


@bp.get("/ballots/<ballot_id>.csv")
def votes(ballot_id: str) -> Response:
    """Recorded: each voter and the vote. Secret: the shuffled votes alone."""
    paper = papers.paper(ballot_id, identity.current_person())
    if paper.ballot.state is not BallotState.CLOSED or paper.ballot.room.is_rehearsal:
        raise NotFound()
    table = _secret(paper) if paper.ballot.is_secret else _recorded(paper)
    answer = Response(write_csv(*_with_measure(paper, *table)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="ballot-{ballot_id}.csv"'
    return answer


def _with_measure(paper: Paper, columns: list[str], rows: list[list[Cell]]) -> tuple[list[str], list[list[Cell]]]:
    """The same with the measure by which guests came on the roll, where there were any."""
    measure = paper.ballot.guest_votes
    if measure is GuestVotes.NONE:
        return columns, rows
    return [*columns, str(_("Guests’ votes"))], [[*row, measure.value] for row in rows]


def _secret(paper: Paper) -> tuple[list[str], list[list[Cell]]]:
    return [str(_("Vote"))], [[choice.value] for choice in recount.choices(paper.ballot)]


def _recorded(paper: Paper) -> tuple[list[str], list[list[Cell]]]:
    """Names as the room's rule prints them; under a hiding rule the handle stands alone."""
    columns = [str(name) for name in (_("Voter"), _("Affiliation"), _("Actor set"), _("Vote"))]
    lines = [(line.byline, line.choice) for line in paper.lines if line.choice]
    return columns, [[who.called, who.affiliation, who.actor_set, choice.value] for who, choice in lines]
