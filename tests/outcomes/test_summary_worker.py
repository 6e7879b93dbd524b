"""One source that the worker cannot read costs the others nothing."""

import html
import signal
from collections.abc import Iterator

import pytest

from dialogue.core.richtext import render
from dialogue.outcomes import summary_worker
from dialogue.outcomes.summarising import Source
from dialogue.outcomes.summary_worker import answer, ask
from tests.core.test_richtext import BOMBS

HONEST = "The Commission needs a seat at the table before a conflict breaks out."


def question(*texts: str) -> dict[str, object]:
    """What the worker is asked about these texts."""
    return {"sources": [{"id": str(n), "text": text} for n, text in enumerate(texts)], "forbidden": [],
            "proper": []}


@pytest.fixture
def worker_signal() -> Iterator[None]:
    """The signal as the worker process handles it."""
    before = signal.signal(signal.SIGPROF, summary_worker._give_up)
    yield
    signal.signal(signal.SIGPROF, before)


def test_a_source_that_breaks_the_reader_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaking(text: str) -> str:
        if "hostile" in text:
            raise AssertionError(text)
        return text

    monkeypatch.setattr(summary_worker, "own_words", breaking)
    assert [one["text"] for one in answer(question("hostile", HONEST))] == [HONEST]


def test_a_source_that_takes_too_long_leaves_the_others(monkeypatch: pytest.MonkeyPatch, worker_signal: None) -> None:
    def endless(text: str) -> str:
        while "hostile" in text:
            pass
        return text

    monkeypatch.setattr(summary_worker, "own_words", endless)
    monkeypatch.setattr(summary_worker, "SOURCE_CPU_SECONDS", 0.05)
    assert [one["text"] for one in answer(question("hostile", HONEST))] == [HONEST]


def test_hostile_posts_leave_an_honest_one_in_the_draft() -> None:
    bombs = [Source(f"contribution:{n}", f'<p dir="auto">{html.escape(text[:4000])}</p>', "contribution", 0)
             for n, text in enumerate(BOMBS.values())]
    draft = ask([*bombs, Source("contribution:honest", render(HONEST), "contribution", 3)], [])
    assert any("contribution:honest" in one.sources for one in draft)
