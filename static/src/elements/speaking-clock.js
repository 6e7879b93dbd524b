// The time left since `started` (ISO) of so many `minutes`, by the server's time; it goes on below nought, and says so.
import { say } from "../core/messages.js";
import { Ticking } from "../core/ticking.js";

export class SpeakingClock extends Ticking {
  connectedCallback() {
    this.setAttribute("role", "timer");
    super.connectedCallback();
  }

  show(now) {
    const end = Date.parse(this.getAttribute("started")) + Number(this.getAttribute("minutes")) * 60_000;
    const left = Math.round((end - now) / 1000);
    if (Number.isNaN(left)) return;
    const seconds = Math.abs(left);
    const digits = document.createElement("bdi");
    digits.dir = "ltr"; // Where lines run from the right, the sign would change sides.
    digits.textContent = `${left < 0 ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.dataset.state = left < 0 ? "over" : left < 60 ? "ending" : "running";
    this.replaceChildren(digits, left < 0 ? ` ${say("over_time")}` : "");
  }
}
