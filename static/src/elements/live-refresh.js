// A panel without inputs: when an entry of its kinds arrives, its content is fetched again with the same page.
// One page fetch serves all its panels. Clients spread their fetches over time, except after a press of their own.
import { parse } from "../core/html.js";
import { nearest } from "../core/streams.js";

const GATHER = 300; // ms in which many entries become one look
const EACH = 25; // ms a page costs the server, with room for others
const MOST = 180_000;
const NOTICEABLE = 1_500; // ms after which it is said that there is something to see

const stale = new Set();
let timer = 0;
let looked = Promise.resolve();

function lookAfter(wait) {
  timer ||= setTimeout(lookNow, wait);
}

function lookNow() {
  clearTimeout(timer);
  timer = 0;
  looked = looked.then(look);
  return looked;
}

async function look() {
  const panels = [...stale];
  stale.clear();
  const answer = await fetch(location.href, { headers: { "X-Requested-With": "live-refresh" } }).catch(() => null);
  const text = answer?.ok ? await answer.text().catch(() => "") : "";
  const page = text && parse(text);
  // Without an answer they are looked at again once the connection is back.
  for (const panel of panels) page ? panel.show(page) : stale.add(panel);
}

export class LiveRefresh extends HTMLElement {
  connectedCallback() {
    const kinds = new Set((this.getAttribute("kinds") ?? "").split(/\s+/));
    const found = nearest(this);
    found?.addEventListener("entry", ({ detail }) => kinds.has(detail.kind) && this.#soon(found, detail.kind));
    found?.addEventListener("reset", () => this.#soon(found));
    found?.addEventListener("joined", () => stale.has(this) && this.#soon(found));
    this.addEventListener("pressed", () => this.#look());
    this.addEventListener("click", (event) => event.target.closest('[data-action="show"]') && this.#press());
  }

  #soon(found, kind) {
    stale.add(this);
    const wait = GATHER + Math.random() * GATHER + (this.hasAttribute("prompt") ? 0 : found.moment(EACH, MOST));
    if (wait > NOTICEABLE) this.#say(kind);
    lookAfter(wait);
  }

  #say(kind) {
    const news = [...this.querySelectorAll("[data-news]")];
    const told = news.find((each) => each.dataset.news === kind) ?? news.find((each) => !each.dataset.news);
    if (told) told.hidden = false;
  }

  // What was pressed here shows at once, and the same button keeps the focus.
  async #look() {
    const { name, value } = document.activeElement;
    stale.add(this);
    await lookNow();
    if (name && value) this.querySelector(`button[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`)?.focus();
  }

  async #press() {
    stale.add(this);
    await lookNow();
    this.tabIndex = -1;
    this.focus();
  }

  show(page) {
    const fresh = page.getElementById(this.id);
    if (!fresh || fresh.innerHTML === this.innerHTML) return;
    const unfolded = new Set([...this.querySelectorAll("details[open] > summary")].map((each) => each.textContent));
    this.replaceChildren(...fresh.childNodes);
    for (const each of this.querySelectorAll("details > summary")) if (unfolded.has(each.textContent)) each.parentElement.open = true;
  }
}
