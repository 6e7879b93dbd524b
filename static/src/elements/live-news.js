// What is new and matters now, said once: to ears in a live region, and to eyes as a link where what can be done stands
// outside the window.
import { say } from "../core/messages.js";
import { nearest } from "../core/streams.js";

const BALLOTS = new Set(["ballot.opened", "ballot.closed", "ballot.cancelled"]);
const NOW = "#now"; // Where a hall's page shows what is on.
const SAID = {
  "clock.resumed": { name: "clock_resumed" },
  "clock.stopped": { name: "clock_stopped" },
  "hall.ended": { name: "hall_ended" },
  "question.staged": { name: "question_staged" },
  "segment.begun": { name: "segment_begun" },
  "straw_poll.closed": { name: "poll_closed" },
  "straw_poll.opened": { name: "poll_opened", leads: NOW },
};

export class LiveNews extends HTMLElement {
  #watching = null;

  connectedCallback() {
    const found = nearest(this);
    found?.addEventListener("entry", ({ detail }) => this.#hear(detail));
    found?.addEventListener("reset", ({ detail }) => this.#afterLong(detail));
    this.addEventListener("click", (event) => event.target.closest("a, button") && this.#fold());
  }

  #hear({ kind, data }) {
    if (BALLOTS.has(kind)) this.#ballot(data);
    else if (SAID[kind]) this.#say(say(SAID[kind].name, { text: data.text ?? "" }).replace(/[: ]+$/, ""), SAID[kind].leads);
  }

  #afterLong({ ballots }) {
    const open = ballots?.find((each) => each.state === "open");
    if (open) this.#ballot(open);
  }

  #ballot({ id, state, question }) {
    const leads = state === "open" ? `[data-ballot="${CSS.escape(id)}"]` : null;
    this.#say(say(leads ? "ballot_opened" : "ballot_over", { question }), leads);
  }

  #say(words, leads) {
    this.querySelector('[role="status"]').textContent = words;
    this.#fold();
    // Once the other elements have put it on the page.
    if (leads) setTimeout(() => this.#lead(words, document.querySelector(leads)));
  }

  #lead(words, target) {
    if (!target || isInSight(target)) return;
    target.id ||= "news";
    const link = this.querySelector("a");
    link.textContent = words;
    link.href = `#${target.id}`;
    this.querySelector('[data-part="bar"]').hidden = false;
    this.#watching = new IntersectionObserver(() => isInSight(target) && this.#fold());
    this.#watching.observe(target);
  }

  #fold() {
    this.#watching?.disconnect();
    this.querySelector('[data-part="bar"]').hidden = true;
  }
}

// Its beginning is on the screen.
function isInSight(element) {
  const { top, height } = element.getBoundingClientRect();
  return height > 0 && top >= 0 && top < innerHeight * 0.8;
}
