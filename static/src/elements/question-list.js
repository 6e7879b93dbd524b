// The questions of a hall: what is asked, supported, staged, answered or hidden changes in place, and what is read or
// typed stays where it is. Questions keep their place in the list until it is loaded again.
import { fillByline } from "../core/byline.js";
import { keepDrafts } from "../core/drafts.js";
import { fill, filled, moment, parse } from "../core/html.js";
import { nearest } from "../core/streams.js";
import { isUp } from "../core/socket.js";
import { holdStill } from "../core/still.js";

const LISTS = { asked: "open", on_stage: "open", answered: "answered", hidden: "hidden" };

export class QuestionList extends HTMLElement {
  #waiting = null; // Entries that came while another page of the list is fetched.

  connectedCallback() {
    const found = nearest(this);
    found?.addEventListener("entry", ({ detail }) => detail.kind.startsWith("question.") && this.#apply(detail));
    this.addEventListener("pressed", ({ target }) => target.matches(".support") && this.#supported(target));
    found?.addEventListener("reset", () => this.#announce());
    this.addEventListener("click", (event) => this.#follow(event));
  }

  // Another order, kind or page of the list is shown in place: what is typed beside it stays.
  #follow(event) {
    const link = event.target.closest('a[href$="#questions"]');
    if (!link || !isUp() || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#load(link);
  }

  async #load({ href, rel }) {
    this.#waiting ??= [];
    const answer = await fetch(href).catch(() => null);
    const fresh = answer?.ok ? parse(await answer.text()).getElementById(this.id) : null;
    if (!fresh) {
      this.#catchUp();
      return location.assign(href);
    }
    history.replaceState(null, "", href.split("#")[0]);
    holdStill(() => this.#show(fresh), [this]);
    if (rel) this.scrollIntoView({ behavior: "instant" });
    return this.#catchUp();
  }

  #catchUp() {
    const missed = this.#waiting;
    this.#waiting = null;
    missed?.forEach((entry) => this.#apply(entry));
  }

  #show(fresh) {
    this.setAttribute("place", fresh.getAttribute("place"));
    this.replaceChildren(...fresh.childNodes);
    keepDrafts(this);
    this.tabIndex = -1;
    this.focus({ preventScroll: true });
  }

  #apply({ kind, data }) {
    if (this.#waiting) return this.#waiting.push({ kind, data });
    const there = document.getElementById(`q-${data.id}`);
    if (there) holdStill(() => this.#change(there, data), this.querySelectorAll(".hall-question"));
    else if (kind === "question.asked" && data.text) holdStill(() => this.#add(data), this.querySelectorAll(".hall-question"));
    return undefined;
  }

  // The next press takes the support back, or gives it again.
  #supported(form) {
    const button = form.querySelector("button");
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    [form.action, form.dataset.other] = [form.dataset.other, form.action];
  }

  #add(data) {
    this.#count("open", 1);
    const place = this.getAttribute("place");
    if (place === "elsewhere") return this.#announce();
    const item = filled(this.querySelector("template"), { id: data.id, address: `${location.pathname.split("/console")[0]}/questions/${data.id}` });
    for (const token of item.querySelectorAll("[name=csrf_token]")) token.value = document.querySelector("meta[name=csrf-token]").content;
    this.#fillIn(item, data);
    const list = this.querySelector(".hall-questions");
    list.querySelector(".empty")?.remove();
    if (place === "start") list.prepend(item);
    else list.append(item);
    return keepDrafts(item); // In the page by now: before, its forms have no address.
  }

  #change(item, data) {
    const [before, after] = [LISTS[item.dataset.state], LISTS[data.state]];
    if (before !== after) {
      this.#count(before, -1);
      this.#count(after, 1);
    }
    this.#fillIn(item, data);
  }

  #fillIn(item, data) {
    const part = (name) => item.querySelector(`[data-field="${name}"]`);
    item.dataset.state = data.state;
    item.classList.toggle("staged", data.state === "on_stage");
    for (const each of item.querySelectorAll("[data-states]")) each.hidden = !each.dataset.states.split(" ").includes(data.state);
    if (!data.text) return this.#withoutWords(item, data);
    part("text").textContent = data.text;
    for (const count of item.querySelectorAll('[data-field="supports"]')) count.textContent = data.supports;
    fillByline(item, data.byline);
    part("at").dateTime = data.asked_at;
    part("at").textContent = moment(data.asked_at);
    part("answer_html").hidden = !data.answer_html;
    part("answered_aloud").hidden = Boolean(data.answer_html);
    return fill(part("answer_html"), data.answer_html ?? "");
  }

  // A hidden question loses its words, except where moderators read them.
  #withoutWords(item, { state }) {
    if (state === "hidden" && !item.querySelector(".hall-moderate")) item.querySelector('[data-field="text"]').textContent = "";
  }

  #count(list, more) {
    const shown = this.querySelector(`[data-count="${list}"]`);
    if (!shown) return;
    shown.textContent = Math.max(0, Number(shown.textContent) + more);
    shown.hidden = shown.textContent === "0";
  }

  #announce() {
    this.querySelector('[data-part="news"] a').hidden = false;
  }
}
