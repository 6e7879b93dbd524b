// A panel nobody types in: when an entry of its kinds arrives, its content is fetched anew with the same page.
import { parse } from "../core/html.js";
import { nearest } from "../core/streams.js";

const GATHER = 300;

export class LiveRefresh extends HTMLElement {
  #timer = 0;

  #isStale = false;

  connectedCallback() {
    const kinds = new Set((this.getAttribute("kinds") ?? "").split(/\s+/));
    const found = nearest(this);
    found?.addEventListener("entry", ({ detail }) => kinds.has(detail.kind) && this.#soon());
    found?.addEventListener("reset", () => this.#soon());
    found?.addEventListener("joined", () => this.#isStale && this.#soon());
  }

  #soon() {
    clearTimeout(this.#timer);
    // Many entries at once are one look; each reader looks at a moment of their own.
    this.#timer = setTimeout(() => this.#refresh(), GATHER + Math.random() * GATHER);
  }

  async #refresh() {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "live-refresh" } }).catch(() => null);
    this.#isStale = !answer?.ok; // Looked at again once the connection is back.
    if (this.#isStale) return;
    const fresh = parse(await answer.text()).getElementById(this.id);
    if (fresh && fresh.innerHTML !== this.innerHTML) this.replaceChildren(...fresh.childNodes);
  }
}
