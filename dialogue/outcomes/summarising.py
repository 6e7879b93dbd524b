"""A first draft of a rapporteur's summary, made only of sentences that were said.

Extractive and deterministic: the same sources give the same draft, and each sentence of it stands word for
word in each first source it cites. Nothing is paraphrased, so nothing can be invented.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil, log, log1p

from dialogue.core.names.linter import Linter, mentions, name_forms
from dialogue.core.sentences import sentences
from dialogue.outcomes import cues
from dialogue.outcomes.sections import SECTIONS, Section
from dialogue.outcomes.textrank import rank, terms

__all__ = ["Section", "Sentence", "Source", "mentions", "name_forms", "summarise"]

CANDIDATES = 400  # Sentences compared with each other: 400 × 400 similarities are a megabyte.
PER_SOURCE = 40  # Sentences read of one source: one very long text must not crowd out the others.
MIN_TERMS = 5  # "I agree." says nothing by itself …
MAX_TERMS = 70  # … and a page without a full stop says too much.
SAME = 0.75  # Share of common terms from which two sentences count as one.
SHARED_BY = 2  # Supports and repetitions from which a sentence counts as convergence.
_LIST_MARK = re.compile(r"^(?:[-*+•]|#{1,6}|\d{1,3}[.)])\s+")
_LIMITS: dict[Section, int] = {
    "themes": 3, "convergence": 4, "divergence": 4, "proposals": 4, "next_steps": 4, "points": 5,
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A text that was contributed, best without Markdown; its public id, its kind, how many supported it."""

    id: str
    text: str
    kind: str = "contribution"
    supports: int = 0


@dataclass(frozen=True)
class Sentence:
    """A sentence of the draft, verbatim from the first of its sources; the others said nearly the same."""

    section: Section
    text: str
    sources: tuple[str, ...]


@dataclass
class _Said:
    """One sentence, word for word, and every source in which exactly it was said."""

    at: int
    text: str
    kind: str
    terms: tuple[str, ...]
    sources: dict[str, int]

    @cached_property
    def bag(self) -> frozenset[str]:
        return frozenset(self.terms)

    @property
    def weight(self) -> int:
        """Supports of its sources, and each source beyond the first."""
        return sum(self.sources.values()) + len(self.sources) - 1


def summarise(sources: Iterable[Source], forbidden: Iterable[str] | Linter = ()) -> list[Sentence]:
    """Draft a summary of sources given in the order in which they were contributed.

    Sentences that mention a forbidden name or affiliation, an e-mail address or a handle are left out. Time grows
    linearly with the sources; memory beyond the texts is bounded by the number of candidates.
    """
    said = _said(sources, forbidden if isinstance(forbidden, Linter) else Linter(forbidden))
    usable = [s for s in said if MIN_TERMS <= len(s.terms) <= MAX_TERMS] or said
    postings = _postings(said)
    candidates = _candidates(usable, postings)
    scores = rank([candidate.terms for candidate in candidates])
    pairs = zip(candidates, scores, strict=True)
    best = sorted(pairs, key=lambda pair: (-pair[1] * (1 + log1p(pair[0].weight)), pair[0].at))
    chosen = _choose([_with_echoes(s, postings) for s in _distinct(s for s, _ in best)])
    return [
        Sentence(section, s.text, tuple(s.sources)) for section in SECTIONS for s in chosen[section]
    ]


def _said(sources: Iterable[Source], linter: Linter) -> list[_Said]:
    """Every different sentence that may be published, in order, repetitions gathered."""
    gathered: dict[tuple[str, ...], _Said] = {}
    for source in sources:
        for text in _sentences_of(source):
            spelled = terms(text)
            if not spelled or linter.mentions(text):
                continue
            known = gathered.setdefault(spelled, _Said(len(gathered), text, source.kind, spelled, {}))
            known.sources[source.id] = source.supports
    return list(gathered.values())


def _sentences_of(source: Source) -> list[str]:
    """The sentences of a source without quotations (another's words) and list marks."""
    own = "\n".join(line for line in source.text.splitlines() if not line.lstrip().startswith(">"))
    return [_LIST_MARK.sub("", sentence) for sentence in sentences(own)[:PER_SOURCE]]


def _postings(said: Iterable[_Said]) -> dict[str, list[_Said]]:
    """Which sentences hold each term."""
    held: dict[str, list[_Said]] = {}
    for sentence in said:
        for term in sorted(sentence.bag):
            held.setdefault(term, []).append(sentence)
    return held


def _candidates(said: Sequence[_Said], postings: Mapping[str, list[_Said]]) -> list[_Said]:
    """The sentences worth comparing: well supported, and made of what many others speak about.

    A quarter of the places is dealt out evenly over time, so that neither one burst nor one early topic
    fills the draft.
    """
    if len(said) <= CANDIDATES:
        return list(said)
    value = {term: log(len(held)) * log(len(said) / len(held) + 1) for term, held in postings.items()}

    def promise(sentence: _Said) -> float:
        told = sum(value[term] for term in sentence.terms) / len(sentence.terms)
        return told * (1 + log1p(sentence.weight))

    evenly = said[:: len(said) * 4 // CANDIDATES][: CANDIDATES // 4]
    ordered = sorted(said, key=lambda s: (-round(promise(s), 9), s.at))
    kept = list({s.at: s for s in [*evenly, *ordered]}.values())[:CANDIDATES]
    return sorted(kept, key=lambda s: s.at)


def _distinct(best: Iterable[_Said]) -> Iterator[_Said]:
    """The best first, without those that nearly repeat a better one."""
    kept: list[_Said] = []
    for sentence in best:
        if not any(_alike(sentence.bag, other.bag) for other in kept):
            kept.append(sentence)
            yield sentence


def _with_echoes(chosen: _Said, postings: Mapping[str, list[_Said]]) -> _Said:
    """The sentence, citing also every source that said nearly the same.

    Who shares the part SAME of the terms shares at least one of any 1 − SAME of them plus one, so looking up
    the rarest few finds every echo.
    """
    enough = len(chosen.bag) - ceil(SAME * len(chosen.bag)) + 1
    rarest = sorted(chosen.bag, key=lambda term: (len(postings[term]), term))[:enough]
    near = {s.at: s for term in rarest for s in postings[term] if _alike(chosen.bag, s.bag)}
    echoes = {source: supports for _, s in sorted(near.items()) for source, supports in s.sources.items()}
    return replace(chosen, sources={**chosen.sources, **echoes})


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two sentences say the same, by the Jaccard index of their terms."""
    if min(len(one), len(other)) < SAME * max(len(one), len(other)):
        return False
    common = len(one & other)
    return common >= SAME * (len(one) + len(other) - common)


def _choose(ranked: Sequence[_Said]) -> dict[Section, list[_Said]]:
    """Give each sentence, best first, to the first section that it fits and that has a place left."""
    chosen: dict[Section, list[_Said]] = {section: [] for section in SECTIONS}
    for sentence in ranked:
        section = next((s for s in _fitting(sentence) if len(chosen[s]) < _LIMITS[s]), None)
        if section:
            chosen[section].append(sentence)
    return {section: sorted(held, key=lambda s: s.at) for section, held in chosen.items()}


_FITS: dict[Section, Callable[[_Said], bool]] = {
    "proposals": lambda s: s.kind == "proposal",
    "next_steps": lambda s: bool(cues.next_steps.mentions(s.text)),
    "divergence": lambda s: bool(cues.divergence.mentions(s.text)),
    "convergence": lambda s: s.weight >= SHARED_BY and not _asks(s),
    "themes": lambda s: not _asks(s),
    "points": lambda _: True,
}


def _asks(sentence: _Said) -> bool:
    return sentence.kind == "question" or sentence.text.endswith(("?", "？", "؟"))


def _fitting(sentence: _Said) -> Iterator[Section]:
    return (section for section, fits in _FITS.items() if fits(sentence))
