"""Loads the sample dialogue: every deed of it is done through the actions, by the right person, at its moment."""

import secrets

from sqlalchemy import select

from dialogue.accounts.models import Person
from dialogue.core import clock, db, page_addresses
from dialogue.demo import ballots, discussion, outcomes, people, proposals, reforms, town_halls
from dialogue.demo.content import load
from dialogue.demo.stage import Stage, Step
from dialogue.halls.codes import SIGNS, shown

A_DAY = 1440  # minutes
GROUPS, GROUP = 5, 4  # A password is written in groups of signs, as codes are.


class StoppedMidwayError(Exception):
    """The sample was loaded in part only: the message says up to where."""


def is_inhabited() -> bool:
    """Tell whether there are people: the sample is for empty installations only."""
    return db.session().scalar(select(Person.id).limit(1)) is not None


def load_sample() -> Stage:
    """Play the whole sample into an empty house. Raises StoppedMidwayError."""
    stage = Stage(load(), clock.now(), new_password())
    _plan(stage)
    done: list[Step] = []
    try:
        with db.synced_at_the_end():
            stage.play(done.append)
    except Exception as reason:
        raise StoppedMidwayError(f"{done[-1].what}: {reason}") from reason
    return stage


def _plan(stage: Stage) -> None:
    """First what happens in it, then the house, which is there before anything happens."""
    for chapter in (discussion, town_halls, proposals, ballots, outcomes, reforms):
        chapter.plan(stage)
    begins = min(step.minute for step in stage.steps) - A_DAY
    people.plan(stage, begins)
    ballots.plan_precedents(stage, begins + 5)


def new_password() -> str:
    """Twenty signs drawn by lot (about 99 bits) that cannot be misread."""
    drawn = ("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(drawn).lower()


def sign_ins(stage: Stage, url: str) -> str:
    """Return the sample sign-ins, and how to join the sample town hall."""
    lines = ["The sample dialogue. Every person, state and organisation in it is invented. Sign in as", ""]
    for person in stage.content.sign_ins():
        if person.signin:
            lines += [f"  {person.email:<24} {person.name}, {person.signin.role}",
                      f"  {'':<24} {person.signin.explains}"]
    lines += ["", f"  password for all five:   {stage.password}"]
    for hall in stage.content.halls:
        code = shown(stage.ids[f"{hall.key}'s code"])
        lines += ["", f"Join the town hall without an account: {url}{page_addresses.JOIN_HALL}?code={code}"]
    return "\n".join(lines) + "\n"
