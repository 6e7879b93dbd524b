"""The house of the sample: its accounts, actors and themes."""

import secrets
from functools import partial

from dialogue.accounts import actions as accounts
from dialogue.accounts.directory import actions as directory
from dialogue.accounts.models import RegionalGroup, Subtype
from dialogue.accounts.profile import actions as profile
from dialogue.core.attribution import ActorSet, Capacity
from dialogue.demo.schema import Actor, Person, Theme
from dialogue.demo.stage import Stage
from dialogue.rooms.themes import actions as themes

SUBTYPES = {"member_state": Subtype.STATE, "secretariat": Subtype.OFFICE}
GROUPS = {"latin_american_and_caribbean": RegionalGroup.GRULAC, "western_european_and_others": RegionalGroup.WEOG}


def plan(stage: Stage, minute: float) -> None:
    """The convenor first, then actors, people and themes."""
    content = stage.content
    convenor = next(p for p in content.people if p.key == stage.convenor_key)
    stage.at(minute, "the convenor’s account", partial(_convene, stage, convenor))
    for actor in content.actors:
        stage.at(minute + 1, f"the actor {actor.key}", partial(_add_actor, stage, actor))
    stage.at(minute + 2, "the convenor’s office", partial(_assign, stage, convenor))
    for person in content.people:
        if person is not convenor:
            stage.at(minute + 3, f"the account of {person.key}", partial(_register, stage, person))
    for theme in content.themes:
        stage.at(minute + 4, f"the theme {theme.key}", partial(_add_theme, stage, theme))


def _convene(stage: Stage, person: Person) -> None:
    stage.people[person.key] = accounts.create_first_convenor(
        name=person.name, email=person.email, password=stage.password, language=person.language,
        time_zone=person.time_zone)


def _add_actor(stage: Stage, actor: Actor) -> None:
    group = actor.region and (GROUPS.get(actor.region) or RegionalGroup(actor.region))
    made = accounts.add_actor(
        stage.convenor, name=actor.name, actor_set=ActorSet(actor.set), country=actor.country or "",
        subtype=SUBTYPES.get(actor.subtype) or Subtype(actor.subtype), regional_group=group or None)
    stage.ids[actor.key] = made.id


def _assign(stage: Stage, person: Person) -> None:
    directory.assign_actor(stage.convenor, stage.convenor.id, actor_id=stage.ids[person.actor],
                           capacity=Capacity(person.capacity))


def _register(stage: Stage, person: Person) -> None:
    """Create an account, with a random password unless a visitor may sign in as this person."""
    made = accounts.register_person(
        stage.convenor, name=person.name, email=person.email, actor_id=stage.ids[person.actor],
        password=stage.password if person.signin else secrets.token_urlsafe(24), capacity=Capacity(person.capacity))
    stage.people[person.key] = profile.change_profile(
        made, name=person.name, language=person.language, time_zone=person.time_zone)


def _add_theme(stage: Stage, theme: Theme) -> None:
    made = themes.add_theme(stage.convenor, title=theme.title, description=theme.description.strip())
    stage.ids[theme.key] = made.id
