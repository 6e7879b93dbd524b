"""The declared policy of every route and socket event: who may, judged by which thing.

A line is `METHOD address  policy  thing`. The policy is a permission of dialogue.core.permissions, or

- `open`: the public; `see`: people who may see the thing; `read`: people who may read its room;
- `signed_in`: signed-in people, guests included; `inside`: members and managers of the thing (others: not found);
- `rare`: a route that requires more than a role; its own tests cover it.
"""

import re
from typing import NamedTuple

TABLE = """
GET / open
GET /static/<path:filename> rare
GET /healthz open
GET /api/v1/time open
GET /readyz open
GET /metrics rare
GET /sign-in open
POST /sign-in open
POST /sign-out open
POST /sign-out-everywhere account:edit
GET /start rare
POST /start rare
GET /invitations/<secret> rare
POST /invitations/<secret> rare
POST /invitations/<secret>/account rare

GET /password-resets/<secret> rare
POST /password-resets/<secret> rare

GET /account signed_in
POST /account signed_in
GET /account/password signed_in
POST /account/password rare
GET /account/tokens signed_in
POST /account/tokens token:make
POST /account/tokens/<token_id>/revoke rare
GET /account/claims rare
GET /api/v1/me rare
GET /notices rare
POST /notices/read rare
POST /notices/<notice_id>/read rare

GET /admin house:manage
GET /admin/actors actor:edit
GET /admin/actors/<actor_id> actor:edit
POST /admin/actors/<actor_id> actor:edit
GET /admin/actors/new actor:edit
POST /admin/actors/new actor:edit
GET /admin/claims house:manage
POST /claims/<claim_id>/confirm rare
POST /claims/<claim_id>/refuse rare
GET /admin/invitations house:manage
POST /admin/invitations house:manage
POST /admin/invitations/<invitation_id>/revoke rare
GET /admin/people/<person_id> house:manage
POST /admin/people/<person_id>/actor house:manage
POST /admin/people/<person_id>/convenor/appoint house:manage
POST /admin/people/<person_id>/convenor/dismiss house:manage
POST /admin/people/<person_id>/focal-point/appoint house:manage
POST /admin/people/<person_id>/focal-point/dismiss house:manage
POST /admin/people/<person_id>/disable house:manage
POST /admin/people/<person_id>/enable house:manage
POST /admin/people/<person_id>/password-reset house:manage
POST /admin/people/<person_id>/password-reset/withdraw house:manage
GET /admin/rooms house:manage
GET /admin/themes theme:edit
POST /admin/themes theme:edit
GET /admin/themes/<theme_id> theme:edit
POST /admin/themes/<theme_id> theme:edit

GET /themes open
GET /themes/<theme_id> open
GET /rooms open
GET /rooms/new room:create
POST /rooms/new room:create
GET /rooms/<room_id> see room
POST /rooms/<room_id>/enter rare
POST /rooms/<room_id>/join rare
POST /rooms/<room_id>/leave room:enter room
GET /rooms/<room_id>/people inside room
GET /rooms/<room_id>/people/add room:manage room
POST /rooms/<room_id>/people/add room:manage room
GET /rooms/<room_id>/people/<person_id> room:manage room
POST /rooms/<room_id>/people/<person_id> room:manage room
POST /rooms/<room_id>/people/<person_id>/remove room:manage room
GET /rooms/<room_id>/invite person:invite room
POST /rooms/<room_id>/invite person:invite room
POST /rooms/<room_id>/invitations/<invitation_id>/withdraw rare
GET /rooms/<room_id>/settings room:manage room
POST /rooms/<room_id>/settings room:manage room
POST /rooms/<room_id>/settings/attribution room:manage room
POST /rooms/<room_id>/settings/close room:manage room

GET /rooms/<room_id>/contributions/new contribution:post room
POST /rooms/<room_id>/contributions contribution:post room
POST /rooms/<room_id>/read see room
GET /contributions/<contribution_id> see contribution
GET /contributions/<contribution_id>/edit contribution:edit contribution
POST /contributions/<contribution_id>/edit contribution:edit contribution
GET /contributions/<contribution_id>/hide contribution:hide contribution
POST /contributions/<contribution_id>/hide contribution:hide contribution
GET /contributions/<contribution_id>/history see contribution
GET /contributions/<contribution_id>/retract contribution:retract contribution
POST /contributions/<contribution_id>/retract contribution:retract contribution
POST /contributions/<contribution_id>/support contribution:support contribution
POST /api/v1/rooms/<room_id>/contributions contribution:post room
PATCH /api/v1/contributions/<contribution_id> contribution:edit contribution
DELETE /api/v1/contributions/<contribution_id> contribution:retract contribution
POST /api/v1/contributions/<contribution_id>/hide contribution:hide contribution
PUT /api/v1/contributions/<contribution_id>/support contribution:support contribution
DELETE /api/v1/contributions/<contribution_id>/support contribution:support contribution
GET /api/v1/streams/<stream_id>/events read room

GET /halls open
GET /halls/new hall:create
POST /halls/new hall:create
GET /halls/join open
POST /halls/join open
GET /halls/<hall_id> see hall
GET /halls/<hall_id>/stage hall:run hall
GET /halls/<hall_id>/qr.svg hall:run hall
POST /halls/<hall_id>/enter room:enter hall
GET /halls/<hall_id>/console hall:run hall
GET /halls/<hall_id>/programme hall:run hall
POST /halls/<hall_id>/programme hall:run hall
POST /halls/<hall_id>/begin hall:run hall
POST /halls/<hall_id>/pause hall:run hall
POST /halls/<hall_id>/resume hall:run hall
POST /halls/<hall_id>/end hall:run hall
POST /halls/<hall_id>/code hall:run hall
POST /halls/<hall_id>/guest-votes guest_votes:set hall
GET /halls/<hall_id>/voting-codes guest_votes:set hall
POST /halls/<hall_id>/voting-codes guest_votes:set hall
GET /halls/<hall_id>/door guest:check_in hall
POST /halls/<hall_id>/door/<person_id>/check-in guest:check_in hall
POST /halls/<hall_id>/door/<person_id>/take-back guest:check_in hall
POST /halls/<hall_id>/vote guest_vote:take hall
POST /halls/<hall_id>/questions question:ask hall
GET /halls/<hall_id>/questions/<question_id> read hall
POST /halls/<hall_id>/questions/<question_id>/support question:support hall
POST /halls/<hall_id>/questions/<question_id>/withdraw question:support hall
POST /halls/<hall_id>/questions/<question_id>/stage question:moderate hall
POST /halls/<hall_id>/questions/<question_id>/answer question:moderate hall
POST /halls/<hall_id>/questions/<question_id>/requeue question:moderate hall
POST /halls/<hall_id>/questions/<question_id>/hide question:moderate hall
POST /halls/<hall_id>/polls straw_poll:run hall
POST /halls/<hall_id>/polls/<poll_id>/open straw_poll:run hall
POST /halls/<hall_id>/polls/<poll_id>/close straw_poll:run hall
POST /halls/<hall_id>/polls/<poll_id>/discard straw_poll:run hall
POST /halls/<hall_id>/polls/<poll_id>/answer straw_poll:answer hall
GET /api/v1/halls/<hall_id>/questions read hall
POST /api/v1/halls/<hall_id>/questions question:ask hall
PUT /api/v1/questions/<question_id>/support question:support hall
DELETE /api/v1/questions/<question_id>/support question:support hall

GET /proposals open
GET /rooms/<room_id>/proposals/new proposal:draft room
POST /rooms/<room_id>/proposals proposal:draft room
GET /proposals/<proposal_id> see proposal
POST /proposals/<proposal_id> proposal:revise proposal
GET /proposals/<proposal_id>/edit proposal:revise proposal
GET /proposals/<proposal_id>/changes see proposal
POST /proposals/<proposal_id>/submission proposal:submit proposal
POST /proposals/<proposal_id>/withdrawal proposal:withdraw proposal
POST /proposals/<proposal_id>/sponsors proposal:sponsor proposal
POST /proposals/<proposal_id>/endorsement proposal:endorse proposal
POST /proposals/<proposal_id>/endorsement/withdrawal proposal:endorse proposal
POST /api/v1/rooms/<room_id>/proposals proposal:draft room
GET /api/v1/proposals/<proposal_id> see proposal
PUT /api/v1/proposals/<proposal_id> proposal:revise proposal
POST /api/v1/proposals/<proposal_id>/submission proposal:submit proposal
POST /api/v1/proposals/<proposal_id>/withdrawal proposal:withdraw proposal
POST /api/v1/proposals/<proposal_id>/sponsorship proposal:sponsor proposal
POST /api/v1/proposals/<proposal_id>/endorsement proposal:endorse proposal
DELETE /api/v1/proposals/<proposal_id>/endorsement proposal:endorse proposal

GET /ballots open
GET /precedents open
GET /precedents/<precedent_id> rare
GET /proposals/<proposal_id>/ballots/new ballot:open proposal
POST /proposals/<proposal_id>/ballots/new ballot:open proposal
GET /rooms/<room_id>/ballots/new ballot:open room
POST /rooms/<room_id>/ballots/new ballot:open room
GET /ballots/<ballot_id> see ballot
GET /ballots/<ballot_id>.csv rare
POST /ballots/<ballot_id>/votes ballot:cast ballot
POST /ballots/<ballot_id>/close ballot:close ballot
POST /ballots/<ballot_id>/cancel ballot:close ballot
POST /ballots/<ballot_id>/explanations ballot:explain ballot
GET /api/v1/ballots/<ballot_id> see ballot
POST /api/v1/ballots/<ballot_id>/votes ballot:cast ballot
POST /api/v1/ballots/<ballot_id>/close ballot:close ballot
POST /api/v1/ballots/<ballot_id>/cancel ballot:close ballot
POST /api/v1/ballots/<ballot_id>/explanations ballot:explain ballot
POST /api/v1/proposals/<proposal_id>/ballots ballot:open proposal
POST /api/v1/rooms/<room_id>/ballots ballot:open room

GET /outcomes open
GET /outcomes.atom open
GET /api/v1/outcomes open
GET /rooms/<room_id>/outcomes/new outcome:draft room
POST /rooms/<room_id>/outcomes outcome:draft room
GET /outcomes/<outcome_id> see outcome
GET /api/v1/outcomes/<outcome_id> see outcome
GET /outcomes/<outcome_id>/edit outcome:edit outcome
POST /outcomes/<outcome_id>/edit outcome:edit outcome
POST /outcomes/<outcome_id>/summary outcome:edit outcome
POST /outcomes/<outcome_id>/summary/sign summary:sign outcome
POST /outcomes/<outcome_id>/sign outcome:sign outcome
POST /outcomes/<outcome_id>/send-back outcome:sign outcome
POST /outcomes/<outcome_id>/publish outcome:publish outcome
POST /outcomes/<outcome_id>/corrigenda outcome:correct outcome

GET /agenda open
GET /agenda.atom open
GET /agenda.ics open
GET /agenda/changes open
GET /api/v1/agenda open
GET /api/v1/agenda/<item_id> see item
GET /agenda/<item_id> see item
GET /agenda/new agenda:edit
POST /agenda/new agenda:edit
GET /agenda/join rare
POST /agenda/join rare
GET /agenda/<item_id>/edit agenda:edit item
POST /agenda/<item_id>/edit agenda:edit item
GET /agenda/<item_id>/move agenda:edit item
POST /agenda/<item_id>/move agenda:edit item
GET /agenda/<item_id>/rate agenda:rate item
POST /agenda/<item_id>/rate agenda:rate item
GET /agenda/<item_id>/champions agenda:edit item
POST /agenda/<item_id>/champions agenda:edit item
POST /agenda/<item_id>/champions/remove agenda:edit item
GET /agenda/<item_id>/milestones/new agenda:edit item
POST /agenda/<item_id>/milestones/new agenda:edit item
GET /agenda/<item_id>/milestones/<milestone_id>/edit agenda:edit item
POST /agenda/<item_id>/milestones/<milestone_id>/edit agenda:edit item
GET /agenda/<item_id>/milestones/<milestone_id>/report agenda:report item
POST /agenda/<item_id>/milestones/<milestone_id>/report agenda:report item

GET /exports open
POST /exports open
POST /api/v1/exports open
GET /exports/<export_id> rare
GET /exports/<export_id>/file rare
GET /api/v1/exports/<export_id> rare
"""
# By which thing an event of the socket is judged; its policy stands where it is registered.
# Leaving is always possible, and one's own bookmark moves only where one has a place.
EVENT_THINGS = {
    "stream.join": "room", "stream.leave": "nothing", "stream.read": "own place", "contribution.post": "room",
    "contribution.edit": "contribution", "contribution.retract": "contribution",
    "contribution.hide": "contribution", "contribution.support": "contribution", "question.ask": "hall",
    "question.support": "hall", "ballot.cast": "ballot"}

# What is sent to each: enough to get past the parsing, so that it is the permission that answers.
FILLED = {
    "text": "Words", "text-1": "Decides to meet.", "kind-1": "operative", "title": "A title", "key": "k", "base": "1",
    "version": "1", "revision": "1", "reason": "So it is", "withdrawal_reason": "So it is", "choice": "yes",
    "rule": "simple_majority", "visibility": "recorded", "question": "Shall we?", "position": "1", "label": "A program",
    "name": "A name", "language": "en", "time_zone": "UTC", "option-1": "We", "option-2": "They",
    "guest_votes": "none", "number": "1", "seq": "1"}
FILLED_IN_JSON = {**FILLED, "base": 1, "version": 1, "clauses": [{"kind": "operative", "text": "Decides to meet."}]}


class Policy(NamedTuple):
    """Who may: by which word or permission, judged by which thing (none: the house)."""

    word: str
    thing: str


def declared() -> dict[tuple[str, str], Policy]:
    """The table: (method, address) → policy."""
    lines = [line.split() for line in TABLE.splitlines() if line.strip()]
    return {(method, address): Policy(word, *(thing or ["house"])) for method, address, word, *thing in lines}


def built(address: str, ids: dict[str, str]) -> str:
    """The address with the ids of things that are there."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: ids.get(part[1], "x" * 22), address)
