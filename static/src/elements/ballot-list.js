// The decisions of a room. A ballot's paper comes with the entry that opens it and its result with the one that closes
// it, so that thousands vote without fetching a page; what is on the page came from the same macros as the blanks here.
import { filled } from "../core/html.js";
import { holdStill } from "../core/still.js";
import { nearest } from "../core/streams.js";

const KINDS = new Set(["ballot.opened", "ballot.closed", "ballot.cancelled"]);

export class BallotList extends HTMLElement {
  connectedCallback() {
    const found = nearest(this);
    found?.addEventListener("entry", ({ detail }) => KINDS.has(detail.kind) && this.#apply(detail.data));
    found?.addEventListener("reset", ({ detail }) => detail.ballots?.toReversed().forEach((each) => this.#apply(each)));
  }

  // The data is the ballot as it stands now, whatever the entry told of.
  #apply(ballot) {
    const there = document.querySelector(`[data-ballot="${CSS.escape(ballot.id)}"]`);
    const isOpen = ballot.state === "open";
    if (there && isOpen === Boolean(there.querySelector("turnout-meter"))) return; // The reader may be filling it in.
    const card = filled(this.#part(isOpen ? "open" : "over"), { ...ballot, key: crypto.randomUUID() });
    document.querySelector('[data-part="no-ballots"]')?.remove();
    if (there) this.#replace(there, card);
    else holdStill(() => this.prepend(card), []);
  }

  #replace(there, card) {
    const held = there.contains(document.activeElement);
    there.replaceWith(card);
    if (held) card.querySelector("h3").focus();
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}
