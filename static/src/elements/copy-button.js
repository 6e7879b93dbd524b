// Copies what `for` points at (a field or an element), or its own `value`; without a clipboard it selects it.
import { say } from "../core/messages.js";

export class CopyButton extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => this.#copy());
  }

  async #copy() {
    const target = document.getElementById(this.getAttribute("for"));
    const text = this.getAttribute("value") ?? target?.value ?? target?.textContent.trim() ?? "";
    try {
      await navigator.clipboard.writeText(text);
      this.#note(say("copied"));
    } catch {
      target?.select ? target.select() : getSelection().selectAllChildren(target ?? this);
    }
  }

  #note(words) {
    let note = this.querySelector('[role="status"]');
    if (!note) this.append((note = Object.assign(document.createElement("span"), { role: "status", className: "small" })));
    note.textContent = ` ${words}`;
  }
}
