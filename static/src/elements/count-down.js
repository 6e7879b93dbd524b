// How long it still takes until a moment (ISO), in the page's language.
import { say } from "../core/messages.js";

const UNITS = [["day", 86_400, 2], ["hour", 3600, 2], ["minute", 60, 2], ["second", 1, 0]]; // name, seconds, from how many

export class CountDown extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.words = new Intl.RelativeTimeFormat(document.documentElement.lang);
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #tick() {
    const left = Math.ceil((Date.parse(this.getAttribute("until")) - Date.now()) / 1000);
    if (Number.isNaN(left)) return;
    const [unit, size] = UNITS.find(([, seconds, from]) => left >= seconds * from) ?? UNITS.at(-1);
    const shown = left > 0 ? `(${this.words.format(Math.floor(left / size), unit)})` : say("closed");
    if (this.textContent !== shown) this.textContent = shown;
  }
}
