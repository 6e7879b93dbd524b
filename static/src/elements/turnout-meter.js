// How many have voted, never how: around a meter of the page.
import { state } from "../core/socket.js";
import { nearest } from "../core/streams.js";

export class TurnoutMeter extends HTMLElement {
  connectedCallback() {
    nearest(this);
    state.addEventListener("tally", ({ detail }) => detail.ballot === this.getAttribute("ballot") && this.#show(detail));
  }

  #show({ cast, eligible }) {
    const part = (name) => this.querySelector(`[data-field="${name}"]`);
    if (part("value")) part("value").textContent = cast;
    if (part("total")) part("total").textContent = eligible;
    part("bar")?.setAttribute("width", `${eligible ? ((100 * cast) / eligible).toFixed(1) : 0}%`);
  }
}
