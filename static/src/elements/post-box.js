// A form that posts without leaving the page, and keeps what was typed until the server has it.
import { clear, save } from "../core/drafts.js";
import { say } from "../core/messages.js";
import { isUp, send } from "../core/socket.js";
import { nearest } from "../core/streams.js";

const BESIDE = "beside"; // The form rests at the lower edge of the window, beside the contribution that is answered.
const APART = 16; // px between that contribution and the form

export class PostBox extends HTMLElement {
  #answered = null;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.text = this.form.elements.text;
    nearest(this);
    this.form.addEventListener("submit", (event) => this.#submit(event));
    this.text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.form.requestSubmit();
      } else if (event.key === "Escape" && !event.isComposing) this.#leaveReply();
    });
    document.addEventListener("click", (event) => this.#reply(event));
    this.#part("not-replying")?.addEventListener("click", () => this.#leaveReply());
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  // On a page of its own, a form of this kind goes the plain way: there is no list here to grow.
  #isBesideItsList() {
    return Boolean(document.querySelector(`live-stream[stream="${this.getAttribute("stream")}"]:not([windowed])`));
  }

  async #submit(event) {
    if (!this.#isBesideItsList()) return;
    if (!isUp()) return this.#withoutConnection(event);
    event.preventDefault();
    if (this.sending) return undefined;
    this.sending = true;
    this.#refusal("");
    this.#status("sending");
    save(this.form);
    const { key, text, reply_to } = this.form.elements;
    const payload = { stream: this.getAttribute("stream"), key: key.value, text: text.value, reply_to: reply_to.value || null };
    const answer = await send("contribution.post", payload).catch(() => null);
    this.sending = false;
    return answer?.ok ? this.#sent() : this.#notSent(answer?.error, payload);
  }

  async #withoutConnection(event) {
    event.preventDefault();
    save(this.form);
    this.#status("sending");
    const reachable = navigator.onLine && (await fetch("/healthz", { signal: AbortSignal.timeout(3000) }).catch(() => null));
    if (reachable?.ok) {
      save(this.form, { sent: true });
      this.form.submit();
    } else this.#status("not_sent");
  }

  #sent() {
    clear(this.form);
    this.text.value = "";
    this.#newKey();
    this.#status(this.#answered ? "replied" : "");
    if (this.#answered) return this.#leaveReply();
    this.#replyTo("", "");
    return this.text.focus();
  }

  #notSent(error) {
    this.#status(error ? "" : "not_sent");
    if (!error) return;
    this.#refusal(error.message);
    // This key is used up; what stands there now is another message.
    if (error.code === "conflict") this.#newKey();
  }

  #newKey() {
    this.form.elements.key.value = crypto.randomUUID();
  }

  #status(message) {
    this.#part("status").textContent = message && say(message);
    this.dataset.state = message;
  }

  #refusal(message) {
    this.querySelector(".form-errors")?.remove();
    let note = this.querySelector("#field-text-error");
    this.text.toggleAttribute("aria-invalid", Boolean(message));
    if (message) {
      if (!note) {
        note = document.createElement("p");
        note.className = "error";
        note.id = "field-text-error";
        this.text.before(note);
      }
      note.textContent = message;
      note.setAttribute("role", "alert");
      this.text.setAttribute("aria-invalid", "true");
      this.text.setAttribute("aria-describedby", "field-text-hint field-text-error");
      this.text.focus();
    } else note?.remove();
  }

  #reply(event) {
    const link = event.target.closest?.('a[data-action="reply"]');
    const item = link?.closest("[data-id]");
    if (!item || !this.#isBesideItsList() || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    this.#replyTo(item.dataset.id, item.querySelector('[data-field="name"]').textContent);
    this.#answered = link;
    this.#status("");
    this.form.classList.add(BESIDE);
    this.text.focus({ preventScroll: true });
    this.#uncover(item);
  }

  // The contribution that is answered stays in sight above the form: its end, where it is longer than the room there.
  #uncover(item) {
    const covered = item.getBoundingClientRect().bottom + APART - this.form.getBoundingClientRect().top;
    if (covered > 0) scrollBy({ top: covered, behavior: "instant" });
  }

  // Reading goes on where it was left.
  #leaveReply() {
    this.#replyTo("", "");
    this.form.classList.remove(BESIDE);
    this.#answered?.focus({ preventScroll: true });
    this.#answered = null;
  }

  #replyTo(id, name) {
    this.form.elements.reply_to.value = id;
    this.#part("replying").hidden = !id;
    this.#part("replying-name").textContent = name;
    save(this.form);
  }
}
