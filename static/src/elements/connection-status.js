// Says that the connection is lost, once it has been for a while, and then that nothing was missed.
import { say } from "../core/messages.js";
import { state } from "../core/socket.js";

const REAL_OUTAGE = 2_000;
const GOOD_NEWS = 4_000;

export class ConnectionStatus extends HTMLElement {
  #timer = 0;
  #said = false;

  connectedCallback() {
    state.addEventListener("down", () => this.#wait("reconnecting"));
    state.addEventListener("restart", () => this.#show("restart"));
    state.addEventListener("evicted", () => this.#show("evicted"));
    state.addEventListener("up", () => clearTimeout(this.#timer));
    state.addEventListener("caught-up", () => this.#said && this.#show("caught_up", GOOD_NEWS));
    addEventListener("offline", () => this.#wait("reconnecting"));
  }

  #wait(message) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(message), REAL_OUTAGE);
  }

  #show(message, until = 0) {
    clearTimeout(this.#timer);
    this.textContent = say(message);
    this.dataset.state = message;
    this.hidden = false;
    this.#said = message !== "caught_up" && message !== "evicted";
    if (until) this.#timer = setTimeout(() => (this.hidden = true), until);
  }
}
