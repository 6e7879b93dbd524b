"""The reform agenda of the sample: items, ratings, champions, milestones and what was reported on them.

Obstacles stand in an item's statement of its problem. Only convenors and champions rate and report; what others
say of an item in the sample is entered by the convenor, once an item where it is a rating.
"""

from datetime import date, timedelta
from functools import partial

from dialogue.agenda import actions as agenda
from dialogue.agenda.milestones import actions as milestones
from dialogue.agenda.models import ChampionRole, LegalRoute, MilestoneStatus, Pace, Stage
from dialogue.demo.decisions import AgendaItem, ItemRating, Milestone, Report
from dialogue.demo.proposals import first_minute
from dialogue.demo.stage import Stage as Scene

A_DAY = 1440  # minutes
AHEAD = 7  # Days before its first milestone is due, at which an item that came from no outcome is on the agenda.
PACES = {"charter_amendment": Pace.LONG, "treaty": Pace.LONG, "resolution": Pace.STEADY}
NEWS = {"met": "Met, as the source shows.", "at_risk": "At risk: the work has not begun as planned.",
        "missed": "Missed; a new date is being sought."}


def plan(scene: Scene) -> None:
    """Each item from its first day."""
    for item in scene.content.agenda:
        minute = first_day(scene, item)
        scene.at(minute, f"the item {item.key}", partial(_add, scene, item))
        for champion in item.champions:
            scene.at(minute + 1, f"a champion of {item.key}", partial(
                _champion, scene, item, champion.actor, ChampionRole(champion.role)))
        for n, (rater, rating) in enumerate(_raters(scene, item).items(), 1):
            scene.at(minute + 5 * n, f"a rating of {item.key}", partial(_rate, scene, item, rater, rating))
        for milestone in item.milestones:
            _plan_milestone(scene, item, milestone, minute)
        scene.at(minute + 30, f"the stage of {item.key}", partial(_move, scene, item))


def first_day(scene: Scene, item: AgendaItem) -> float:
    """The minute an item comes onto the agenda: after its outcome, or in good time for its first milestone."""
    if item.outcome:
        return 60 + next(outcome.at for outcome in scene.content.outcomes if outcome.key == item.outcome)
    said = scene.content.said()
    began = min((said[key].at for key in item.origins), default=0)
    if item.proposal:
        began = int(first_minute(scene, next(p for p in scene.content.proposals if p.key == item.proposal)))
    return min(began + 60, (min(milestone.due for milestone in item.milestones) - AHEAD) * A_DAY, -60)


def _plan_milestone(scene: Scene, item: AgendaItem, milestone: Milestone, begun: float) -> None:
    scene.at(begun + 2, f"the milestone {milestone.key}", partial(_set, scene, item, milestone))
    reports = [report for report in item.reports if report.milestone == milestone.key]
    for report in reports:
        scene.at(max(report.at * A_DAY, begun + 60), f"a report on {milestone.key}",
                 partial(_report, scene, item, milestone, report))
    if not reports and milestone.status != "on_track":
        scene.at(max(min(milestone.due, -1) * A_DAY, begun + 60), f"the state of {milestone.key}",
                 partial(_tell, scene, milestone))


def _add(scene: Scene, item: AgendaItem) -> None:
    """Onto the agenda as an idea; only an adopted outcome can feed an item."""
    adopted = {ballot.key for ballot in scene.content.ballots if ballot.verdict == "adopted"}
    feeds = [outcome for outcome in scene.content.outcomes if outcome.key == item.outcome and outcome.ballot in adopted]
    made = agenda.add_item(
        scene.convenor, theme_id=scene.ids[item.theme], title=item.title, problem=_problem(scene, item),
        goal=item.goal, forum=item.forum, pace=PACES.get(item.legal_route, Pace.FAST),
        legal_route=LegalRoute(item.legal_route), stage=Stage.IDEA, review_on=_day(scene, item.review),
        outcome_id=scene.ids[feeds[0].key] if feeds else None,
        vouched=True)  # Actors are named as those who hold an obstacle, never as those who spoke in a room.
    scene.ids[item.key] = made.id


def _problem(scene: Scene, item: AgendaItem) -> str:
    """The problem, and what stands in the way."""
    names = {actor.key: actor.name for actor in scene.content.actors}
    obstacles = [f"Obstacle: {each.text} {each.mitigation} ({names[each.holder]})" for each in item.obstacles]
    return "\n\n".join([item.problem, *obstacles])


def _day(scene: Scene, days: int) -> date:
    return (scene.start + timedelta(days=days)).date()


def _champion(scene: Scene, item: AgendaItem, actor: str, role: ChampionRole) -> None:
    agenda.add_champion(scene.convenor, scene.ids[item.key], actor_id=scene.ids[actor], role=role)


def _speaks_for_a_champion(scene: Scene, item: AgendaItem, key: str) -> bool:
    person = next(person for person in scene.content.people if person.key == key)
    return person.capacity == "official" and person.actor in {champion.actor for champion in item.champions}


def _raters(scene: Scene, item: AgendaItem) -> dict[str, ItemRating]:
    """The ratings by who enters them."""
    own = {rating.by: rating for rating in item.ratings if _speaks_for_a_champion(scene, item, rating.by)}
    others = [rating for rating in item.ratings if rating.by not in own]
    return own | ({scene.convenor_key: others[0]} if others else {})


def _rate(scene: Scene, item: AgendaItem, rater: str, rating: ItemRating) -> None:
    agenda.rate(scene.people[rater], scene.ids[item.key], urgency=rating.urgency, feasibility=rating.feasibility,
                cost=rating.cost, rationale=rating.rationale)


def _move(scene: Scene, item: AgendaItem) -> None:
    stage = Stage(item.stage)
    if stage is not Stage.IDEA:
        agenda.move(scene.convenor, scene.ids[item.key], stage=stage, note=item.parked_reason or "",
                    review_on=_day(scene, item.review) if item.parked_reason else None)


def _set(scene: Scene, item: AgendaItem, milestone: Milestone) -> None:
    made = milestones.add_milestone(
        scene.convenor, scene.ids[item.key], statement=f"{milestone.statement} ({milestone.indicator})",
        due=_day(scene, milestone.due), owner_id=scene.ids[milestone.owner])
    scene.ids[milestone.key] = made.id


def _report(scene: Scene, item: AgendaItem, milestone: Milestone, report: Report) -> None:
    """What was found, with its first source; each further source is a piece of evidence of its own."""
    reporter = report.by if _speaks_for_a_champion(scene, item, report.by) else scene.convenor_key
    found = f"{report.value}. {report.assessment}"
    for n, source in enumerate(report.sources):
        milestones.report(scene.people[reporter], scene.ids[milestone.key], status=MilestoneStatus(milestone.status),
                          note=NEWS.get(milestone.status, "") if n else found,
                          publisher=source.publisher, url=source.url)


def _tell(scene: Scene, milestone: Milestone) -> None:
    names = {actor.key: actor.name for actor in scene.content.actors}
    url = milestone.evidence or ""
    milestones.report(scene.convenor, scene.ids[milestone.key], status=MilestoneStatus(milestone.status),
                      note=NEWS[milestone.status], publisher=names[milestone.owner] if url else "", url=url)
