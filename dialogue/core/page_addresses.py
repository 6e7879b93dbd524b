"""The public address of each kind of page.

They stand in notices, feeds, exports and other people's documents, so they never change. Modules below the doors
cannot ask Flask for them; `tests/core/test_page_addresses.py` compares each with the application's routes.
"""

AGENDA = "/agenda"
OUTCOMES = "/outcomes"
OUTCOMES_FEED = "/outcomes.atom"
EXPORTS = "/exports"
JOIN_HALL = "/halls/join"
OWN_ACCOUNT = "/account"
OWN_PASSWORD = "/account/password"  # noqa: S105 - the address of a page, not a password.
OWN_CLAIMS = "/account/claims"
ALL_CLAIMS = "/admin/claims"


def room(id: str) -> str:
    """Return the page of a dialogue room."""
    return f"/rooms/{id}"


def hall(id: str) -> str:
    """Return the page of a town hall."""
    return f"/halls/{id}"


def place(room_id: str, person_id: str) -> str:
    """Return the page of a person's place in a room or hall, for chairs and convenors."""
    return f"/rooms/{room_id}/people/{person_id}"


def contribution(id: str) -> str:
    """Return the permalink of a contribution."""
    return f"/contributions/{id}"


def question(hall_id: str, id: str) -> str:
    """Return the page of a question in a town hall."""
    return f"/halls/{hall_id}/questions/{id}"


def proposal(id: str) -> str:
    """Return the page of a proposal."""
    return f"/proposals/{id}"


def new_ballot_on_proposal(id: str) -> str:
    """Return the form that puts a proposal to a vote."""
    return f"/proposals/{id}/ballots/new"


def new_ballot_in_room(id: str) -> str:
    """Return the form that puts a question to a vote in a room or hall."""
    return f"/rooms/{id}/ballots/new"


def ballot(id: str) -> str:
    """Return the page of a ballot."""
    return f"/ballots/{id}"


def precedent(id: str) -> str:
    """Return the page of a decision of history."""
    return f"/precedents/{id}"


def outcome(id: str) -> str:
    """Return the page of an outcome."""
    return f"/outcomes/{id}"


def agenda_item(id: str) -> str:
    """Return the page of an agenda item."""
    return f"/agenda/{id}"


def milestone(item_id: str, id: str) -> str:
    """Return the place of a milestone on the page of its item."""
    return f"/agenda/{item_id}#milestone-{id}"


def evidence(item_id: str, id: str) -> str:
    """Return the place of a piece of evidence on the page of its item."""
    return f"/agenda/{item_id}#evidence-{id}"


def export(id: str) -> str:
    """Return the page of an export."""
    return f"/exports/{id}"
