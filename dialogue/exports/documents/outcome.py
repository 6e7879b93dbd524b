"""An outcome as a document: the record of a decision, or of a session, in resolution layout."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from dialogue.exports.documents.authored import from_markdown, from_plain
from dialogue.exports.documents.blocks import (
    Bar,
    Bars,
    Block,
    Clause,
    Direction,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Properties,
    Quotation,
    Run,
    Runs,
    Table,
)
from dialogue.exports.documents.locale import DocumentLocale
from dialogue.exports.job import Job
from dialogue.proposals.emphasis import pieces
from dialogue.proposals.numbering import labels
from dialogue.votes.rules import inequality

Data = dict[str, Any]
SIGNATURES = (("rapporteur", "summary_signed_on"), ("chair", "signed_on"))
CHOICES = {"yes": "✓", "no": "✗", "abstain": "–"}


def document(job: Job, direction: Direction) -> Document:
    """The record: text, decision, explanations, summary with its notes, corrigenda, signature."""
    data, say = job.data, DocumentLocale(job.words, job.language)
    title = say.of("kind", data["kind"])
    blocks = [*_head(data, say), *_decided(data, say), *_explanations(data["explanations"], say),
              *_summary(data, say), *_corrigenda(data, say), *_signatures(data, say)]
    on = data["published_on"] or data["signed_on"] or data["created_on"]
    return Document(data["title"], say.tag, Properties(date.fromisoformat(on), title), tuple(blocks), direction,
                    data["symbol"])


def _head(data: Data, say: DocumentLocale) -> Iterator[Block]:
    kind = say.of("kind", data["kind"])
    yield Paragraph((Run(kind),), "lead")
    if data["state"] != "published":
        yield Paragraph((Run(say("signed_note" if data["state"] == "signed" else "draft_note"), strong=True),), "note")
    decided = (data["decision"] or {}).get("closed_on", "")
    facts = (
        (say("verdict"), say.of("verdict", data["verdict"])), (say("theme"), data["theme"]),
        (say("room"), data["room"]), (say("attribution"), say.of("attribution", data["attribution"])),
        (say("decided_on"), say.day(decided)), (say("published_on"), say.day(data["published_on"])),
    )  # fmt: skip
    yield Facts(tuple((label, value) for label, value in facts if value))
    yield Paragraph((Run(data["url"], link=data["url"]),), "note")


def _decided(data: Data, say: DocumentLocale) -> Iterator[Block]:
    decision: Data | None = data["decision"]
    if decision is None:
        return
    if decision["text"]:
        yield Heading(1, say.of("heading", "text_adopted" if data["verdict"] == "adopted" else "text_voted"))
        yield from _text(decision["text"])
    yield Heading(1, say.of("heading", "decision"))
    yield Facts(tuple(_facts(decision, say)))
    figures = decision["figures"]
    bars = tuple(Bar(say.of("choice", choice), figures[choice], mark) for choice, mark in CHOICES.items())
    yield Bars(say("votes"), bars, (say("answer"), say("count")))
    if decision["reveals"]:
        yield Paragraph((Run(say.of("reveals", decision["reveals"])),), "note")
    yield from _by_set(decision["by_set"], say)


def _text(text: Data) -> Iterator[Block]:
    """The clauses: preambular ones unnumbered, operative ones 1, 2, 3 with (a), (b) below them."""
    for label, clause in zip(labels([c["kind"] for c in text["clauses"]]), text["clauses"], strict=True):
        if not label:
            yield Paragraph(_emphasised(clause["text"]), "preamble")
        else:
            yield Clause(label, _emphasised(clause["text"]), 1 if label.startswith("(") else 0)


def _emphasised(text: str) -> Runs:
    return tuple(Run(piece, emphasis=is_marked) for piece, is_marked in pieces(text))


def _facts(decision: Data, say: DocumentLocale) -> Iterator[tuple[str, str]]:
    figures = decision["figures"]
    yield say("question"), decision["question"]
    yield say("rule"), say.of("rule", decision["rule"])
    yield say("voting"), say.of("voting", decision["visibility"])
    if decision["guest_votes"] != "none":
        yield say("guest_votes"), say.of("guest_votes", decision["guest_votes"])
    yield say("eligible"), say.number(figures["eligible"])
    yield say("cast"), say.number(figures["cast"])
    yield say("not_voting"), say.number(figures["not_voting"])
    yield say("quorum"), _quorum(decision, say)
    yield say("arithmetic_of_vote"), _arithmetic(decision, say)


def _quorum(decision: Data, say: DocumentLocale) -> str:
    quorum, figures = decision["quorum"], decision["figures"]
    if not quorum["numerator"]:
        return say("quorum.none", cast=figures["cast"], eligible=figures["eligible"])
    return say("quorum.met" if quorum["met"] else "quorum.missed", cast=figures["cast"],
               eligible=figures["eligible"], needed=quorum["needed"])


def _arithmetic(decision: Data, say: DocumentLocale) -> str:
    figures, sides = decision["figures"], decision["arithmetic"]
    code, values = inequality(decision["rule"], figures["yes"], figures["no"], sides["lhs"], sides["rhs"])
    return say(f"test.{code}", **values)


def _by_set(by_set: Data | None, say: DocumentLocale) -> Iterator[Block]:
    """The breakdown as it was published: withheld rows stay withheld, and together they are the remainder."""
    if not by_set or not any(by_set["rows"].values()):
        return
    rows = [(say.of("set", name), *_cells(cells, say)) for name, cells in by_set["rows"].items()
            if cells is None or any(cells.values())]
    if by_set["remainder"]:
        rows.append((say("withheld_together"), *_cells(by_set["remainder"], say)))
    columns = (say("actor_set"), *(say.of("choice", choice) for choice in CHOICES))
    yield Table(say("by_set"), columns, tuple(rows), ("start", "end", "end", "end"))
    if by_set["remainder"]:
        yield Paragraph((Run(say("withheld_note")),), "note")


def _cells(cells: Data | None, say: DocumentLocale) -> tuple[str, ...]:
    return tuple(str(cells[choice]) if cells else say("withheld") for choice in CHOICES)


def _explanations(explanations: Data, say: DocumentLocale) -> Iterator[Block]:
    if not explanations["count"]:
        return
    yield Heading(1, say.of("heading", "explanations"))
    if not explanations["given"]:
        yield Paragraph((Run(say("explanations_inside", count=explanations["count"])),), "note")
    for given in explanations["given"]:
        if given["by"]:
            yield Paragraph((Run(given["by"], strong=True),))
        yield Quotation(tuple(from_markdown(given["text"], under=2)))


def _summary(data: Data, say: DocumentLocale) -> Iterator[Block]:
    """The rapporteur's sentences by section, each with the numbers of its notes; the notes follow."""
    if not data["summary"]:
        return
    notes: list[str] = []
    yield Heading(1, say.of("heading", "summary"))
    for section, points in groupby(data["summary"], key=itemgetter("section")):
        yield Heading(2, say.of("section", section))
        yield Items.of(*((Run(point["text"]), *_marks(point["sources"], notes)) for point in points))
    yield from _notes(notes, data["cited"], say)


def _marks(sources: list[str], notes: list[str]) -> Runs:
    """The numbers of a sentence's notes; a source cited before keeps its number."""
    notes += [address for address in dict.fromkeys(sources) if address not in notes]
    return tuple(Run(f" [{notes.index(address) + 1}]", link=address) for address in dict.fromkeys(sources))


def _notes(notes: list[str], cited: int, say: DocumentLocale) -> Iterator[Block]:
    if notes:
        yield Heading(2, say("sources"))
        yield Items.of(*((Run(address, link=address),) for address in notes), ordered=True)
    elif cited:
        yield Paragraph((Run(say("sources_inside", count=cited)),), "note")


def _corrigenda(data: Data, say: DocumentLocale) -> Iterator[Block]:
    if data["corrigenda"]:
        yield Heading(1, say.of("heading", "corrections"))
    for one in data["corrigenda"]:
        yield Heading(2, say("corrigendum", number=one["number"], day=say.day(one["on"])))
        yield from from_plain(one["text"])


def _signatures(data: Data, say: DocumentLocale) -> Iterator[Block]:
    """Who answers for it, by role alone."""
    given = tuple((say(f"signed.{role}"), say.day(data[field])) for role, field in SIGNATURES if data.get(field))
    if given:
        yield Heading(1, say("signatures"))
        yield Facts(given)
