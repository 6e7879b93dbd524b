"""The draft summary holds only what was said, and no name that must not stand there."""

import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.core.names.linter import Linter
from dialogue.core.sentences import sentences
from dialogue.outcomes.summarising import Source, mentions, name_forms, summarise

SEAT = "The Commission needs a seat at the table before a conflict breaks out"
DISCUSSION = [
    Source("c1", f"{SEAT}. That would help.", supports=3),
    Source("c2", "However, a new Charter organ would need two thirds of the members to ratify.", supports=1),
    Source("c3", f"{SEAT}!", supports=2),
    Source("p1", "The Assembly decides to upgrade the Commission to a Council.", "proposal", 4),
    Source("q1", "How would small delegations staff another council in New York?", "question", 5),
    Source("c4", "The chairs will circulate a revised text by the end of March to all delegations."),
    Source("c5", "La Commission de consolidation de la paix doit pouvoir agir avant la crise."),
    Source("c6", "建设和平委员会应当在冲突爆发之前发挥预防作用。"),
]

texts = st.text(alphabet=st.sampled_from("abcdé .!?\n>*-和平。م "), max_size=200)
kinds = st.sampled_from(["contribution", "question", "proposal"])
sources = st.lists(
    st.builds(Source, st.uuids().map(str), texts, kinds, st.integers(0, 50)),
    max_size=12,
)


def _section(draft, name):
    return [sentence for sentence in draft if sentence.section == name]


@given(sources)
def test_every_sentence_stands_word_for_word_in_the_first_source_it_cites(given_sources):
    by_id = {source.id: source.text for source in given_sources}
    for sentence in summarise(given_sources):
        assert sentence.sources
        assert set(sentence.sources) <= set(by_id)
        assert sentence.text in by_id[sentence.sources[0]]


@given(sources)
def test_the_same_sources_give_the_same_draft(given_sources):
    assert summarise(given_sources) == summarise(list(given_sources))


@given(sources, st.sampled_from(["abc", "dé a", "和平"]))
def test_no_sentence_of_a_draft_mentions_what_is_forbidden(given_sources, term):
    assert not any(mentions(sentence.text, [term]) for sentence in summarise(given_sources, [term]))


@given(sources)
def test_no_sentence_appears_twice(given_sources):
    drafted = [sentence.text for sentence in summarise(given_sources)]
    assert len(drafted) == len(set(drafted))


@given(texts)
def test_sentences_lose_only_white_space(text):
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def test_nothing_said_gives_an_empty_draft():
    assert summarise([]) == []
    assert summarise([Source("c1", " \n> quoted only")]) == []


def test_what_two_said_in_the_same_words_is_one_convergence_that_cites_both():
    shared = _section(summarise(DISCUSSION), "convergence")
    assert [sentence.sources for sentence in shared] == [("c1", "c3")]
    assert shared[0].text == f"{SEAT}."


def test_near_repetitions_merge_and_cite_every_source():
    said = [
        Source("a", "We support a standing peacebuilding council that reports to the Assembly every year."),
        Source("b", "We support a standing peacebuilding council that reports to the Assembly each year."),
        Source("c", "Fishing quotas are a different matter and belong to another organisation altogether."),
    ]
    assert {"a", "b"} in [set(sentence.sources) for sentence in summarise(said)]
    assert len(summarise(said)) == 2


def test_sentences_go_to_the_section_that_they_announce():
    draft = summarise(DISCUSSION)
    assert [s.sources[0] for s in _section(draft, "divergence")] == ["c2"]
    assert [s.sources[0] for s in _section(draft, "proposals")] == ["p1"]
    assert [s.sources[0] for s in _section(draft, "next_steps")] == ["c4"]


def test_short_agreements_are_left_out_when_there_is_substance_but_kept_when_there_is_nothing_else():
    assert all(s.sources != ("x",) for s in summarise([*DISCUSSION, Source("x", "I agree.")]))
    assert [s.text for s in summarise([Source("x", "I agree.")])] == ["I agree."]


def test_a_question_is_a_point_and_never_a_convergence():
    assert [s.sources for s in _section(summarise(DISCUSSION), "points")] == [("q1",)]


def test_quotations_are_another_persons_words_and_stay_out():
    own = "I read this article quite differently myself."
    draft = summarise([Source("c1", f"> The veto is a privilege of the past.\n\n{own}")])
    assert [s.text for s in draft] == [own]


@pytest.mark.parametrize(
    "text",
    [
        "As AMARA okonjo-vale said, we agree.",
        "As Amara Okonjo Vale's paper shows",
        "Ámara   Okonjo\nVale agrees",
        "**Amara** Okonjo-**Vale** agrees",
        "Amara Okon\u00adjo-Vale agrees",
    ],
)
def test_a_name_is_found_whatever_its_case_accents_hyphens_and_marks(text):
    assert mentions(text, ["Amara Okonjo-Vale", "Sarveth"]) == ["Amara Okonjo-Vale"]


def test_part_of_a_word_is_not_a_mention():
    assert mentions("The Valeries of Tiraveline met.", ["Vale", "Tiravel"]) == []


def test_names_are_found_in_arabic_with_its_proclitics_and_inside_chinese_runs():
    assert mentions("قالت ومريم وافقت", ["مريم"]) == ["مريم"]
    assert mentions("我们同意林墨兰的意见", ["林墨兰"]) == ["林墨兰"]


def test_strokes_do_not_hide_a_name():
    assert mentions("Soren Lodz said so", ["Søren Łódź"]) == ["Søren Łódź"]


def test_addresses_and_handles_are_found_without_being_named():
    found = mentions("Write to a.vale@aldermoor.example.org or @harbour_forum, not at 3 @ 5.", [])
    assert found == ["a.vale@aldermoor.example.org", "@harbour_forum"]


def test_a_person_may_be_named_by_each_longer_part_of_the_name():
    assert name_forms("Li Amara Okonjo-Vale") == ["Li Amara Okonjo-Vale", "Amara", "Okonjo-Vale"]


def test_a_sentence_naming_a_participant_is_left_out_and_its_neighbours_stay():
    kept = "The threshold itself seems acceptable to most."
    said = [Source("c1", f"Ms. Okonjo said her minister would never accept it. {kept}")]
    assert [s.text for s in summarise(said, name_forms("Amara Okonjo"))] == [kept]


def test_ten_thousand_contributions_take_bounded_memory_and_little_time():
    vocabulary = [f"word{n}" for n in range(997)]
    said = [
        Source(str(n), " ".join(vocabulary[(n * k * k + k) % 997] for k in range(1, 16)) + ".")
        for n in range(10_000)
    ]
    started = time.process_time()
    assert summarise(said, ["Amara Okonjo-Vale"])
    assert time.process_time() - started < 6  # Under a second on an idle machine; tests share theirs.
    tracemalloc.start()
    summarise(said[:2000])
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 64_000_000


def test_the_state_concerned_is_not_a_concern():
    said = [
        Source("c1", "The state concerned receives a notice of forty-eight hours."),
        Source("c2", "We are concerned about the list and about who may see it first."),
    ]
    assert [s.sources[0] for s in _section(summarise(said), "divergence")] == ["c2"]


def test_a_proper_word_counts_only_with_its_capital():
    linter = Linter([], ["Will", "مريم"])
    assert linter.mentions("We will meet; WILL agreed, as Will did.") == ["Will"]
    assert linter.mentions("we will meet in may") == []
    assert linter.mentions("قالت ومريم وافقت مريم") == ["مريم"]
