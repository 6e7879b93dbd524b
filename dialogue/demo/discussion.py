"""The rooms of the sample: their places, what was said in them and who supported it."""

from datetime import timedelta
from functools import partial

from dialogue.core.attribution import AttributionRule
from dialogue.demo.schema import Contribution, Room
from dialogue.demo.stage import Stage
from dialogue.rooms import actions as rooms
from dialogue.rooms.contributions import actions as contributions
from dialogue.rooms.models import Access, RoomRole

MONTH = timedelta(days=30)
OWNERS = {"chair": "Chair", "co_chair": "Co-chair", "rapporteur": "Rapporteur", "participant": "Participants",
          "observer": "Observers"}


def plan(stage: Stage) -> None:
    """Each room is opened, entered and spoken in."""
    for room in stage.content.rooms:
        stage.at(room.opened, f"the room {room.key}", partial(_open, stage, room))
        for said in room.contributions:
            stage.at(said.at, f"the contribution {said.key}", partial(_say, stage, room, said))
            for n, supporter in enumerate(said.supports, 1):
                stage.at(said.at + 7 * n, f"support for {said.key}", partial(_support, stage, said, supporter))


def _open(stage: Stage, room: Room) -> None:
    rule = AttributionRule(room.attribution)
    goals = [(goal.text, OWNERS[goal.owner_role], (stage.start + goal.due_months * MONTH).date())
             for goal in room.goals]
    made = rooms.open_room(stage.convenor, theme_id=stage.ids[room.theme], title=room.title, attribution=rule,
                           purpose=room.description.strip(), access=Access(room.access), goals=goals)
    stage.ids[room.key] = made.id
    for group in room.members:
        for key in group.people:
            _seat(stage, stage.ids[room.key], key, RoomRole(group.role), rule)


def _seat(stage: Stage, room_id: str, key: str, role: RoomRole, rule: AttributionRule) -> None:
    rooms.give_place(stage.convenor, room_id, to=stage.people[key].id, role=role)
    rooms.acknowledge(stage.people[key], room_id, rule=rule)


def _say(stage: Stage, room: Room, said: Contribution) -> None:
    made = contributions.post(stage.people[said.by], stage.ids[room.key], text=said.text.strip(),
                              reply_to=stage.ids[said.reply_to] if said.reply_to else None)
    stage.ids[said.key] = made.id


def _support(stage: Stage, said: Contribution, supporter: str) -> None:
    contributions.support(stage.people[supporter], stage.ids[said.key])
