"""A closed ballot's votes as a table, so that readers can count them again."""

from flask import Blueprint, Response

from dialogue.accounts import identity
from dialogue.core.errors import NotFound
from dialogue.core.i18n import gettext as _
from dialogue.exports.documents.tables import Cell
from dialogue.exports.formats.csv import write_csv
from dialogue.rooms.guest_votes import GuestVotes
from dialogue.votes import papers, recount
from dialogue.votes.models import BallotState
from dialogue.votes.papers import Paper

bp = Blueprint("ballots", __name__)


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
    return [*columns, _("Guests’ votes")], [[*row, measure.value] for row in rows]


def _secret(paper: Paper) -> tuple[list[str], list[list[Cell]]]:
    return [_("Vote")], [[choice.value] for choice in recount.choices(paper.ballot)]


def _recorded(paper: Paper) -> tuple[list[str], list[list[Cell]]]:
    """Names as the room's rule prints them; under a hiding rule the handle stands alone."""
    columns = [_("Voter"), _("Affiliation"), _("Actor set"), _("Vote")]
    lines = [(line.byline, line.choice) for line in paper.lines if line.choice]
    return columns, [[who.called, who.affiliation, who.actor_set, choice.value] for who, choice in lines]
