// An element that shows how a moment nears: it is told the server's time each second, and when that is measured anew.
import { changes, serverNow, watch } from "./server-time.js";

export class Ticking extends HTMLElement {
  #timer = 0;
  #tick = () => this.show(serverNow());

  connectedCallback() {
    watch();
    this.#tick();
    this.#timer = setInterval(this.#tick, 1000);
    changes.addEventListener("change", this.#tick);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    changes.removeEventListener("change", this.#tick);
  }
}
