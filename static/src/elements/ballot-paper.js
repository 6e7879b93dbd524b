// A ballot paper that is cast without leaving the page. Without a connection the form goes its own way.
import { say } from "../core/messages.js";
import { isUp, send } from "../core/socket.js";
import { nearest } from "../core/streams.js";

export class BallotPaper extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    nearest(this);
    this.form.addEventListener("submit", (event) => this.#cast(event));
  }

  async #cast(event) {
    const { key, choice } = this.form.elements;
    if (!isUp() || !choice.value) return;
    event.preventDefault();
    if (this.sending) return;
    this.sending = true;
    this.#tell(say("sending"));
    const payload = { ballot: this.getAttribute("ballot"), key: key.value, choice: choice.value };
    const answer = await send("ballot.cast", payload).catch(() => null);
    this.sending = false;
    if (answer?.ok) this.#isIn();
    else this.#tell(answer ? answer.error.message : say("not_sent"), "bad");
  }

  // The next press is another vote. A secret choice does not stay on the screen.
  #isIn() {
    this.form.elements.key.value = crypto.randomUUID();
    if (this.dataset.visibility === "secret") for (const each of this.form.elements.choice) each.checked = false;
    this.#tell(say("vote_recorded"), "good");
  }

  #tell(words, tone = "") {
    const note = this.querySelector('[data-field="own"]');
    note.textContent = words;
    note.dataset.tone = tone;
  }
}
