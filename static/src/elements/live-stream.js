// A list that grows under the reader's eyes. What is on the page came from the same macro as the <template> here.
import { Bookmark } from "../core/bookmark.js";
import { fillByline } from "../core/byline.js";
import { fill, filled, moment } from "../core/html.js";
import { say } from "../core/messages.js";
import { isUp, send } from "../core/socket.js";
import { nearest } from "../core/streams.js";

const NEAR = 160; // px from the list's end that count as reading along
const FIRST_UNREAD = "#first-unread";

export class LiveStream extends HTMLElement {
  #unseen = 0;
  #bookmark = null;

  connectedCallback() {
    this.list = this.querySelector(".contributions");
    this.template = this.querySelector("template");
    this.below = this.querySelector('[data-part="new-below"]');
    const found = nearest(this);
    if (!this.list) return; // A page without a discussion, which only wants to be connected.
    found?.addEventListener("entry", ({ detail }) => this.#apply(detail));
    found?.addEventListener("reset", ({ detail }) => this.#startAnew(detail));
    this.below?.addEventListener("click", () => this.#goDown());
    this.addEventListener("submit", (event) => this.#press(event));
    addEventListener("scroll", () => this.#unseen && this.#isNearEnd() && this.#caughtUp(), { passive: true });
    document.addEventListener("pressed", (event) => this.#allRead(event.target));
    this.#openAtUnread();
    this.#watch();
  }

  // A page that is visited begins where reading stopped; one that is reloaded or gone back to stays where it was.
  #openAtUnread() {
    const [visit] = performance.getEntriesByType("navigation");
    if (visit?.type !== "navigate" || !["", FIRST_UNREAD].includes(location.hash)) return;
    this.querySelector(FIRST_UNREAD)?.scrollIntoView({ block: "start", behavior: "instant" });
  }

  #watch() {
    const [voice, read, stream] = ["voice", "read", "stream"].map((name) => this.getAttribute(name));
    if (voice && read) this.#bookmark = new Bookmark(stream, { list: this.list, seq: Number(read), voice });
  }

  #allRead(form) {
    if (!form.action.endsWith("/read")) return;
    this.querySelector(FIRST_UNREAD)?.remove();
    form.closest(".cut-off")?.remove();
    this.#bookmark?.reach(Number(form.elements.seq.value));
  }

  #apply({ kind, data }) {
    if (!kind.startsWith("contribution.") || !data.id) return;
    const there = document.getElementById(data.id);
    if (there) this.#fillIn(there, data);
    else if (kind === "contribution.posted") this.#add(data);
  }

  #add(data) {
    const mine = data.voice === this.getAttribute("voice");
    const follows = (mine && !data.reply_to) || this.#isNearEnd(); // A reply was written where its author reads on.
    if (!this.hasAttribute("windowed")) this.#append(this.#made(data));
    this.querySelector('[data-part="empty"]')?.remove();
    if (follows && !this.hasAttribute("windowed")) this.#goDown();
    else this.#announce(1);
  }

  #append(item) {
    this.list.append(item);
    this.#bookmark?.watch(item);
  }

  // After too long away: the newest window takes the place of the list. What is being typed stands outside it.
  #startAnew({ contributions, earlier }) {
    if (this.hasAttribute("windowed")) return location.reload();
    const known = this.list.lastElementChild?.dataset.seq ?? 0;
    if (earlier && contributions[0]?.posted_seq > known) {
      this.#bookmark?.stop(); // Unread ones stand before this window: it may move no further.
      this.#bookmark = null;
    }
    const items = contributions.map((data) => this.#filled(document.getElementById(data.id) ?? this.#made(data), data));
    this.list.replaceChildren(...items);
    for (const item of items) this.#bookmark?.watch(item);
    if (items.length > 0) this.querySelector('[data-part="empty"]')?.remove();
    this.#linkEarlier(earlier, contributions[0]?.posted_seq);
    return this.#caughtUp();
  }

  #linkEarlier(earlier, before) {
    const part = this.parentElement.querySelector('[data-part="earlier"]');
    part.hidden = !earlier;
    part.firstElementChild.href = `${location.pathname}?before=${before}`;
  }

  #filled(item, data) {
    this.#fillIn(item, data);
    return item;
  }

  #made(data) {
    const item = filled(this.template, { id: data.id });
    item.id = item.dataset.id = data.id;
    item.dataset.voice = data.voice;
    item.dataset.seq = data.posted_seq;
    for (const token of item.querySelectorAll("[name=csrf_token]")) {
      token.value = document.querySelector("meta[name=csrf-token]").content;
    }
    if (data.voice !== this.getAttribute("voice")) {
      item.querySelectorAll('[data-action="edit"], [data-action="retract"]').forEach((each) => each.remove());
    }
    for (const tick of item.querySelectorAll("[name=from]")) tick.value = data.id;
    this.#fillIn(item, data);
    return item;
  }

  #fillIn(item, data) {
    const part = (name) => item.querySelector(`[data-field="${name}"]`);
    fillByline(item, data.byline);
    part("at").dateTime = data.at;
    part("at").textContent = moment(data.at);
    part("reply_to").hidden = !data.reply_to;
    if (data.reply_to) {
      const here = document.getElementById(data.reply_to.id);
      part("reply_to_link").href = here ? `#${data.reply_to.id}` : data.reply_to.url;
      part("reply_to_name").textContent = data.reply_to.name;
    }
    part("edited").hidden = !data.edited;
    for (const count of item.querySelectorAll('[data-field="supports"]')) count.textContent = data.supports;
    this.#fillBody(item, part("html"), data);
  }

  #fillBody(item, body, data) {
    const gone = data.retracted || Boolean(data.hidden_reason);
    item.classList.toggle("retracted", gone);
    if (!gone) return fill(body, data.html);
    const note = document.createElement("p");
    note.textContent = data.hidden_reason ? say("hidden", { reason: data.hidden_reason }) : say("retracted");
    body.replaceChildren(note);
    item.querySelector("footer")?.remove();
    return undefined;
  }

  // A press on Support stays on the page while there is a connection; without one the form goes its own way.
  async #press(event) {
    const form = event.target.closest('form[data-action="support"]');
    if (!form || !isUp()) return;
    event.preventDefault();
    const button = form.querySelector("button");
    const support = form.elements.support.value === "yes";
    button.disabled = true;
    const id = form.closest("[data-id]").dataset.id;
    const answer = await send("contribution.support", { contribution: id, support }).catch(() => null);
    button.disabled = false;
    if (!answer?.ok) return;
    form.elements.support.value = support ? "no" : "yes";
    button.setAttribute("aria-pressed", String(support));
    button.querySelector('[data-field="supports"]').textContent = answer.supports;
  }

  #isNearEnd() {
    return this.list.getBoundingClientRect().bottom <= innerHeight + NEAR;
  }

  #goDown() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (this.hasAttribute("windowed")) location.assign(`${location.pathname}?newest=yes#composer`);
    this.list.lastElementChild?.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
    this.#caughtUp();
  }

  #announce(more) {
    this.#unseen += more;
    this.querySelector('[data-part="new-count"]').textContent = this.#unseen;
    this.below.hidden = false;
  }

  #caughtUp() {
    this.#unseen = 0;
    this.below.hidden = true;
  }
}
