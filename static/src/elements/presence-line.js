// Who is here, in numbers.
import { say } from "../core/messages.js";
import { state } from "../core/socket.js";
import { nearest } from "../core/streams.js";

export class PresenceLine extends HTMLElement {
  connectedCallback() {
    nearest(this)?.addEventListener("joined", ({ detail }) => detail.presence && this.#show(detail.presence));
    state.addEventListener("presence", ({ detail }) => this.#show(detail));
  }

  #show({ stream, here, by_set: sets }) {
    if (stream !== this.getAttribute("stream")) return;
    this.hidden = here === 0;
    this.querySelector('[data-field="here"]').textContent = here;
    const words = Object.entries(sets ?? {}).map(([set, number]) => `${say(`set_${set}`)} ${number}`);
    this.querySelector('[data-field="by_set"]').textContent = words.length ? `(${words.join(" · ")})` : "";
  }
}
