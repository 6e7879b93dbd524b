// Says that the connection is lost, once it has been for a while, and then that nothing was missed.
import { say } from "../core/messages.js";
import { state } from "../core/socket.js";

const REAL_OUTAGE = 2_000;
const GOOD_NEWS = 4_000;

export class ConnectionStatus extends HTMLElement {
  #timer = 0;
  #waiting = false;
  #said = false;

  connectedCallback() {
    state.addEventListener("down", () => this.#wait("reconnecting"));
    state.addEventListener("restart", () => this.#show("restart"));
    state.addEventListener("evicted", () => this.#show("evicted"));
    state.addEventListener("caught-up", () => this.#isBack());
    addEventListener("offline", () => this.#wait("reconnecting"));
  }

  // Said once it has lasted; further attempts that fail are the same outage.
  #wait(message) {
    if (this.#waiting) return;
    clearTimeout(this.#timer);
    this.#waiting = true;
    this.#timer = setTimeout(() => this.#show(message), REAL_OUTAGE);
  }

  #isBack() {
    if (this.#waiting && !this.#said) clearTimeout(this.#timer);
    this.#waiting = false;
    if (this.#said) this.#show("caught_up", GOOD_NEWS);
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
