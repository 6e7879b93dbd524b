// Says that the connection is lost, once it has been for a while, and then that nothing was missed.
import { say } from "../core/messages.js";
import { state } from "../core/socket.js";

const REAL_OUTAGE = 2_000;
const GOOD_NEWS = 4_000;

export class ConnectionStatus extends HTMLElement {
  #unsaid = 0; // The outage that may be over before it is spoken of,
  #news = 0; // and the “online again” that is taken away after a while: one must not stop the other's clock.
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
    this.#waiting = true;
    this.#unsaid = setTimeout(() => this.#show(message), REAL_OUTAGE);
  }

  #isBack() {
    clearTimeout(this.#unsaid);
    this.#waiting = false;
    if (this.#said) this.#show("caught_up", GOOD_NEWS);
  }

  #show(message, until = 0) {
    clearTimeout(this.#unsaid);
    clearTimeout(this.#news);
    this.textContent = say(message);
    this.dataset.state = message;
    this.hidden = false;
    this.#said = message !== "caught_up" && message !== "evicted";
    if (until) this.#news = setTimeout(() => (this.hidden = true), until);
  }
}
