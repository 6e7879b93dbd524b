"""TextRank: how central each sentence is among the others, in any language.

Mihalcea and Tarau, "TextRank: Bringing Order into Texts", EMNLP 2004, with tf-idf cosine as the similarity.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dialogue.core.names.words import words

if TYPE_CHECKING:  # numpy takes a tenth of a second to load, and only the worker that compares needs it.
    from numpy import float64
    from numpy.typing import NDArray

_DAMPING = 0.85
_ROUNDS = 40
_HAN_AND_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")


def terms(sentence: str) -> tuple[str, ...]:
    """The terms of a sentence: folded words; of Chinese and Japanese runs, pairs of characters."""
    return tuple(term for word in words(sentence) for term in _pieces(word))


def _pieces(word: str) -> Iterator[str]:
    if not _HAN_AND_KANA.fullmatch(word) or len(word) < 3:
        yield word
        return
    yield from (word[at : at + 2] for at in range(len(word) - 1))


def rank(sentences: Sequence[Sequence[str]]) -> list[float]:
    """Return the centrality of each sentence (given as terms), scaled so that the mean is 1.

    Memory is quadratic in the number of sentences: callers choose a bounded number of candidates first.
    Rounded so that the order of equals does not depend on the processor.
    """
    import numpy as np

    if not sentences:
        return []
    links = _similarity(sentences)
    np.fill_diagonal(links, 0.0)
    degree = links.sum(axis=1)
    flow = links / np.where(degree > 0, degree, 1.0)[:, None]
    score = np.ones(len(sentences))
    for _ in range(_ROUNDS):
        score = (1 - _DAMPING) + _DAMPING * (flow.T @ score)
    return [round(float(value), 9) for value in score]


def _similarity(sentences: Sequence[Sequence[str]]) -> "NDArray[float64]":
    """Cosine of tf-idf vectors: a term that all sentences share weighs next to nothing in any language."""
    import numpy as np

    index = {term: at for at, term in enumerate(dict.fromkeys(term for s in sentences for term in s))}
    weights = np.zeros((len(sentences), len(index)))
    for row, sentence in enumerate(sentences):
        for term, count in Counter(sentence).items():
            weights[row, index[term]] = count
    spread = np.count_nonzero(weights, axis=0)
    weights *= np.log((1 + len(sentences)) / np.maximum(spread, 1))
    length = np.linalg.norm(weights, axis=1)
    weights /= np.where(length > 0, length, 1.0)[:, None]
    return np.asarray(weights @ weights.T, dtype=np.float64)
