"""The agenda summary as a document: from plain data and words to blocks."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from dialogue.core import page_addresses
from dialogue.core.web_addresses import readable
from dialogue.exports.documents.authored import from_plain
from dialogue.exports.documents.blocks import (
    Bar,
    Bars,
    Block,
    Direction,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Properties,
    Run,
    Table,
)
from dialogue.exports.documents.locale import DocumentLocale
from dialogue.exports.job import Job

Data = dict[str, Any]
STATUS_MARKS = {"met": "✓", "on_track": "→", "at_risk": "!", "missed": "✗"}


def document(job: Job, direction: Direction) -> Document:
    """The summary with the sections asked for, in their fixed order."""
    say = DocumentLocale(job.words, job.language)
    blocks = list(_head(job, say))
    for name in _SECTIONS:
        if name in job.sections:
            blocks += _SECTIONS[name](job.data, say)
    about = Properties(date.fromisoformat(job.written_on), say("agenda_subject"))
    return Document(say("agenda"), say.tag, about, tuple(blocks), direction)


def _head(job: Job, say: DocumentLocale) -> Iterator[Block]:
    """What is in it, and what was left out on purpose."""
    asked: Data = job.data["filter"]
    shown = {**asked, "stage": say.of("stage", asked["stage"]), "champions": say.of("set", asked["champions"]),
             "updated_since": say.day(asked["updated_since"]), "pace": say.of("pace", asked["pace"]),
             "overdue": say.of("choice", "yes")}
    filters = [(say(f"filter.{name}"), value) for name, value in shown.items() if asked[name]]
    count = (say("items_count"), say.number(len(job.data["items"])))
    online = job.data["site"] + page_addresses.AGENDA
    which = filters or [(say("agenda"), say("all_items"))]
    yield Facts(((say("written_on"), say.day(job.written_on)), *which, count))
    yield Paragraph((Run(online, link=online),), "note")


def _figures(data: Data, say: DocumentLocale) -> Iterator[Block]:
    stages = Counter(item["stage"] for item in data["items"])
    statuses = Counter(m["status"] for item in data["items"] for m in item["milestones"])
    themes = Counter(item["theme"] for item in data["items"])
    yield Heading(1, say("figures"))
    order = [name.removeprefix("stage.") for name in say.words if name.startswith("stage.")]
    yield Bars(say("by_stage"), tuple(Bar(say.of("stage", s), stages[s]) for s in order if stages[s]),
               (say("stage"), say("count")))
    yield Table(say("by_theme"), (say("theme"), say("count")),
                tuple((theme, say.number(n)) for theme, n in sorted(themes.items())), ("start", "end"))
    if statuses:
        yield Bars(say("by_status"),
                   tuple(Bar(say.of("status", s), statuses[s], mark) for s, mark in STATUS_MARKS.items()),
                   (say("status"), say("count")))


def _table(data: Data, say: DocumentLocale) -> Iterator[Block]:
    columns = (say("rank"), say("item"), say("theme"), say("stage"), say("forum"), say("score"), say("review"))
    rows = tuple((str(number), item["title"], item["theme"], say.of("stage", item["stage"]), item["forum"],
                  _score(item, say), item["review_on"]) for number, item in enumerate(data["items"], 1))
    yield Heading(1, say("table"))
    yield Table("", columns, rows, ("end", "start", "start", "start", "start", "end", "start"))


def _score(item: Data, say: DocumentLocale) -> str:
    return item["assessment"]["score"] if item["assessment"] else say("unrated")


def _items(data: Data, say: DocumentLocale) -> Iterator[Block]:
    yield Heading(1, say("items"))
    for number, item in enumerate(data["items"], 1):
        yield Heading(2, f"{number}. {item['title']}")
        yield Facts(tuple(_facts(item, say)))
        yield Paragraph((Run(item["url"], link=item["url"]),), "note")
        for part in ("problem", "goal"):
            if item[part]:
                yield Heading(3, say.of("text", part))
                yield from from_plain(item[part])
        yield from _reasons(item, say)
        yield from _milestones_of(item, say)


def _facts(item: Data, say: DocumentLocale) -> Iterator[tuple[str, str]]:
    yield say("theme"), item["theme"]
    yield say("stage"), say.of("stage", item["stage"])
    if item["stage_note"]:
        yield say("stage_note"), item["stage_note"]
    yield say("forum"), item["forum"]
    yield say("pace"), say.of("pace", item["pace"])
    yield say("route"), say.of("route", item["route"])
    yield say("score"), _arithmetic(item["assessment"], say)
    yield say("champions"), _champions(item, say)
    yield say("review"), say.day(item["review_on"])
    if item["outcomes"]:
        yield say("outcomes"), "; ".join(f"{o['symbol']} {o['title']}" for o in item["outcomes"])


def _arithmetic(made: Data | None, say: DocumentLocale) -> str:
    """The score so that it can be worked out again."""
    if made is None:
        return say("unrated")
    sides = {name: made[name] for name in ("urgency", "feasibility", "cost")}
    return f"{say('arithmetic', score=made['score'], **sides)}\n{say('rating', raters=made['raters'], **sides)}"


def _champions(item: Data, say: DocumentLocale) -> str:
    named = [f"{c['name']} ({say.of('set', c['set'])}, {say.of('champion', c['role'])})" for c in item["champions"]]
    across = [say("across_sets")] if item["across_sets"] else []
    return "\n".join(named + across) or say("no_champions")


def _reasons(item: Data, say: DocumentLocale) -> Iterator[Block]:
    if item["rationales"]:
        yield Heading(3, say("ratings"))
        yield Items(tuple(tuple(from_plain(reason)) for reason in item["rationales"]))


def _milestones_of(item: Data, say: DocumentLocale) -> Iterator[Block]:
    if not item["milestones"]:
        yield Paragraph((Run(say("no_milestones")),), "note")
        return
    columns = (say("due"), say("milestone"), say("owner"), say("status"), say("evidence"))
    rows = tuple((m["due"], m["statement"], m["owner"], _status(m, say), _evidence(m))
                 for m in item["milestones"])
    yield Table(say("milestones"), columns, rows)


def _status(milestone: Data, say: DocumentLocale) -> str:
    status = say.of("status", milestone["status"])
    return f"{status} ({say('overdue')})" if milestone["overdue"] else status


def _evidence(milestone: Data) -> str:
    parts = ([e["on"], e["publisher"], e["note"], readable(e["url"])] for e in milestone["evidence"])
    return "\n".join(" · ".join(part for part in told if part) for told in parts)


def _milestones(data: Data, say: DocumentLocale) -> Iterator[Block]:
    rows = sorted((m["due"], m["statement"], item["title"], m["owner"], _status(m, say))
                  for item in data["items"] for m in item["milestones"])
    yield Heading(1, say("milestones"))
    columns = (say("due"), say("milestone"), say("item"), say("owner"), say("status"))
    yield Table("", columns, tuple(rows)) if rows else Paragraph((Run(say("no_milestones")),), "note")


def _changes(data: Data, say: DocumentLocale) -> Iterator[Block]:
    since: str = data["changes_since"]
    yield Heading(1, say("changed_since", day=say.day(since)) if since else say("changed_ever"))
    rows = tuple((c["on"], c["item"], say(f"change.{c['kind']}", stage=say.of("stage", c["stage"])))
                 for c in data["changes"] if f"change.{c['kind']}" in say.words)
    columns = (say("date"), say("item"), say("what_changed"))
    yield Table("", columns, rows) if rows else Paragraph((Run(say("no_changes")),), "note")


def _outcomes(data: Data, say: DocumentLocale) -> Iterator[Block]:
    fed: dict[str, tuple[Data, list[str]]] = {}
    for item in data["items"]:
        for outcome in item["outcomes"]:
            fed.setdefault(outcome["symbol"], (outcome, []))[1].append(item["title"])
    yield Heading(1, say("outcomes"))
    columns = (say("symbol"), say("title"), say("verdict"), say("date"), say("item"), say("permalink"))
    rows = tuple((symbol, o["title"], say.of("verdict", o["verdict"]), o["on"], "\n".join(titles), o["url"])
                 for symbol, (o, titles) in sorted(fed.items()))
    yield Table("", columns, rows) if rows else Paragraph((Run(say("no_outcomes")),), "note")


def _method(_data: Data, say: DocumentLocale) -> Iterator[Block]:
    yield Heading(1, say("method"))
    for number in (1, 2, 3):
        yield Paragraph((Run(say(f"method.{number}")),))


_SECTIONS: dict[str, Callable[[Data, DocumentLocale], Iterator[Block]]] = {
    "figures": _figures, "table": _table, "items": _items, "milestones": _milestones, "changes": _changes,
    "outcomes": _outcomes, "method": _method,
}  # fmt: skip
