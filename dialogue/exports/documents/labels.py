"""The fixed words of documents, in each language; the writing itself happens where no catalogue is at hand."""

from flask_babel import force_locale

from dialogue.agenda.labels import LABELS as OF_AGENDA
from dialogue.core.i18n import LazyString
from dialogue.core.i18n import lazy_gettext as _
from dialogue.core.labels import LABELS as OF_ATTRIBUTION
from dialogue.outcomes.labels import LABELS as OF_OUTCOMES
from dialogue.votes.labels import LABELS as OF_BALLOTS
from dialogue.votes.revealing import WORDS as OF_REVEALING

WORDS: dict[str, LazyString] = {
    "written_on": _("As of"),
    "colon": _("%(label)s: %(value)s"),
    "not_voting": _("Not voting"),
    "count": _("Count"), "answer": _("Answer"), "date": _("Date"), "title": _("Title"), "theme": _("Theme"),
    "permalink": _("Online"), "symbol": _("Symbol"), "status": _("Status"), "items_count": _("Items"),
    # The agenda
    "agenda": _("The shared reform agenda"),
    "agenda_subject": _("Summary of the shared reform agenda"),
    "calendar": _("Reform agenda: milestones and reviews"),
    "all_items": _("All items"),
    "filter.theme": _("Theme"), "filter.stage": _("Stage"), "filter.forum": _("Forum contains"),
    "filter.champions": _("Championed from"), "filter.updated_since": _("Changed since"),
    "filter.q": _("Words"), "filter.pace": _("Track"), "filter.overdue": _("With an overdue milestone"),
    "figures": _("In figures"), "table": _("The items at a glance"), "items": _("The items"),
    "milestones": _("Milestones by date"), "changes": _("What changed"), "outcomes": _("Outcomes behind the items"),
    "method": _("How the score is made"),
    "by_stage": _("Items by stage"), "by_theme": _("Items by theme"), "by_status": _("Milestones by status"),
    "item": _("Item"), "stage": _("Stage"), "forum": _("Forum"), "pace": _("Track"), "route": _("Legal route"),
    "score": _("Score"), "rank": _("No."), "review": _("Review"),
    "champions": _("Champions"), "no_champions": _("None yet"), "ratings": _("Why it is rated so"),
    "across_sets": _("A state and others champion this together."),
    "stage_note": _("On the stage"),
    "unrated": _("Not rated yet"),
    "rating": _("urgency %(urgency)s, feasibility %(feasibility)s, cost %(cost)s (medians of %(raters)s)"),
    "arithmetic": _("100 × ((%(urgency)s − 1) + (%(feasibility)s − 1) + (5 − %(cost)s)) ÷ 12 = %(score)s"),
    "milestone": _("Milestone"), "due": _("Due"), "owner": _("Owner"), "evidence": _("Evidence"),
    "overdue": _("overdue"),
    "no_milestones": _("No milestone is set."), "no_changes": _("Nothing changed since then."),
    "no_outcomes": _("No published outcome feeds these items."),
    "changed_since": _("Changes since %(day)s"), "changed_ever": _("Changes of the last year"),
    "what_changed": _("What changed"),
    "due_event": _("Due: %(statement)s"), "review_event": _("Review: %(title)s"),
    "method.1": _("Raters give each item urgency, feasibility and cost, from 1 (low) to 5 (high), with a reason."),
    "method.2": _("The score takes the median of each: 100 × ((urgency − 1) + (feasibility − 1) + (5 − cost)) ÷ 12. "
                  "It runs from 0 to 100; urgency and feasibility speak for an item, cost against it."),
    "method.3": _("The three weigh the same. An item without ratings has no score, which is not a score of zero. "
                  "The score orders a list; it decides nothing."),
    "change.item.added": _("Came onto the agenda"), "change.item.edited": _("Description changed"),
    "change.item.moved": _("Moved to: %(stage)s"), "change.item.rated": _("Rated"),
    "change.champion.joined": _("A champion joined"), "change.champion.left": _("A champion left"),
    "change.outcome.linked": _("An outcome was added"), "change.milestone.added": _("Milestone set"),
    "change.milestone.reported": _("Milestone reported on"), "change.milestone.edited": _("Milestone changed"),
    # Outcomes
    "draft_note": _("Draft. Not yet published; its text may change."),
    "signed_note": _("Signed, not yet published."),
    "room": _("Room"), "decided_on": _("Voting ended on"), "published_on": _("Published on"), "verdict": _("Result"),
    "question": _("Question"), "rule": _("Rule"), "voting": _("Voting"), "quorum": _("Quorum"),
    "eligible": _("Entitled to vote"), "cast": _("Votes cast"), "votes": _("Votes"),
    "guest_votes": _("Guests"), "guest_votes.codes": _("Voted with single-use voting codes"),
    "guest_votes.door": _("Voted after check-in at the door"),
    "guest_votes.unverified": _("Open registration, not verified"),
    "quorum.none": _("None asked for; %(cast)s of %(eligible)s took part"),
    "quorum.met": _("%(cast)s of %(eligible)s took part; %(needed)s needed: met"),
    "quorum.missed": _("%(cast)s of %(eligible)s took part; %(needed)s needed: not met"),
    "arithmetic_of_vote": _("Arithmetic"),
    "by_set": _("By actor set"), "actor_set": _("Actor set"), "withheld": _("not shown"),
    "withheld_together": _("Sets not shown, together"),
    "withheld_note": _("Figures that would reveal a person’s vote are not shown."),
    "explanations_inside": _("%(count)s given; they stay in the room."),
    "sources": _("Sources"), "source_note": _("[%(note)s] %(address)s"),
    "sources_inside": _("This summary rests on %(count)s contributions, which stay in the room."),
    "corrigendum": _("Corrigendum %(number)s, %(day)s"),
    "signatures": _("Signatures"), "signed.chair": _("Signed by the chair"),
    "signed.rapporteur": _("Summary signed by the rapporteur"),
    "signed.co_chair": _("Signed by the co-chair"),
    "attribution": _("Attribution"),
}  # fmt: skip
# What pages call a thing, files call it too.
_OF_PAGES = OF_ATTRIBUTION | OF_AGENDA | OF_OUTCOMES | OF_BALLOTS | {"reveals": OF_REVEALING}
WORDS |= {f"{kind}.{code}": words for kind, codes in _OF_PAGES.items() for code, words in codes.items()}


def in_language(language: str) -> dict[str, str]:
    """All fixed words in a language, for the writer; inside an application context."""
    with force_locale(language):
        return {name: str(words) for name, words in WORDS.items()}
