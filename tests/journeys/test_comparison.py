"""What a reader sees of two versions: whole characters, kept lines, and each clause from its own side."""

from dialogue.proposals import actions
from dialogue.proposals.models import ClauseKind
from dialogue.proposals.queries import find
from dialogue.proposals.sheet import ClauseText
from dialogue.proposals.versions import version
from tests.journeys.conftest import House

BEFORE = ("*Recalling* 1,000 voices 👩‍⚕️ 🇩🇪", "Decides:\nto meet\nto act", "يقرر المجلس أن يجتمع", "Thanks all")
AFTER = ("Recalling 10,000 voices 👩‍🏫 🇩🇰", "Decides:\nto speak\nto act", "قرر المجلس أن يجتمع", "Thanks\u00a0all",
         "يحيط علما بالتقرير")
SHOWN = """() => [...document.querySelectorAll(".proposal-comparison li > div > p:last-child")].map(at => {
  const letters = document.createRange();
  letters.selectNodeContents(at);
  const [box, text] = [at.getBoundingClientRect(), letters.getBoundingClientRect()];
  const parts = name => [...at.querySelectorAll(name)].map(part => [...part.childNodes]
    .filter(node => !node.classList?.contains("visually-hidden")).map(node => node.textContent).join("").trim());
  return {side: getComputedStyle(at).direction, isAtRight: box.right - text.right < 2 && text.left - box.left > 20,
          lines: Math.round(text.height / parseFloat(getComputedStyle(at).lineHeight)),
          removed: parts("del"), added: parts("ins")};
})"""


def clauses(texts: tuple[str, ...], keys: list[str]) -> list[ClauseText]:
    keys = keys + [""] * (len(texts) - len(keys))
    return [ClauseText(ClauseKind.OPERATIVE, text, key) for text, key in zip(texts, keys, strict=True)]


def test_a_comparison_shows_whole_characters_kept_lines_and_each_side(house: House) -> None:
    room = house.world.room()
    author = house.world.member(room)
    proposal = house.world.proposal(room, author, "First.")
    for base, texts in ((1, BEFORE), (2, AFTER)):
        keys = [clause.key for clause in version(find(proposal.id, author)).clauses] if base > 1 else []
        actions.revise(author, proposal.id, base=base, title="A pact", reason="Better", clauses=clauses(texts, keys))
    page = house.enter(author, f"{proposal.address}/changes?from=2&to=3", viewport=(1280, 900))
    first, lines, arabic, kept, new = page.evaluate(SHOWN)
    assert first["removed"] == ["Recalling 1,000", "👩‍⚕️ 🇩🇪"]
    assert first["added"] == ["Recalling 10,000", "👩‍🏫 🇩🇰"]
    assert (lines["lines"], lines["side"]) == (3, "ltr")
    assert (lines["removed"], lines["added"]) == (["meet"], ["speak"])
    assert (arabic["side"], arabic["isAtRight"]) == (new["side"], new["isAtRight"]) == ("rtl", True)
    assert (kept["removed"], kept["added"]) == ([], [])
    assert page.locator(".proposal-comparison li").nth(3).get_by_text("Changed").count() == 0
