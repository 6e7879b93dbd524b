// How long it still takes until a moment (ISO), in the page's language and by the server's time.
import { say } from "../core/messages.js";
import { Ticking } from "../core/ticking.js";

const UNITS = [["day", 86_400, 2], ["hour", 3600, 2], ["minute", 60, 2], ["second", 1, 0]]; // name, seconds, from how many

export class CountDown extends Ticking {
  connectedCallback() {
    this.words = new Intl.RelativeTimeFormat(document.documentElement.lang);
    super.connectedCallback();
  }

  show(now) {
    const left = Math.ceil((Date.parse(this.getAttribute("until")) - now) / 1000);
    if (Number.isNaN(left)) return;
    const [unit, size] = UNITS.find(([, seconds, from]) => left >= seconds * from) ?? UNITS.at(-1);
    const shown = left > 0 ? `(${this.words.format(Math.floor(left / size), unit)})` : say("closed");
    if (this.textContent !== shown) this.textContent = shown;
  }
}
