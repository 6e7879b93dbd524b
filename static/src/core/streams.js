// The streams this page listens to, each joined once however many elements ask for it.
import { Record } from "./record.js";
import { connect, isUp, on, send, state } from "./socket.js";

const streams = new Map();
let listening = false;

class Stream extends EventTarget {
  constructor(id, seq) {
    super();
    this.id = id;
    this.evicted = false;
    this.known = seq !== null; // Whether the page said which entries it shows already.
    this.record = new Record(seq ?? 0, { apply: (entry) => this.#tell(entry), fetch: (after) => this.#fetch(after) });
  }

  #tell(entry) {
    this.dispatchEvent(new CustomEvent("entry", { detail: entry }));
  }

  async #fetch(after) {
    const answer = await fetch(`/api/v1/streams/${this.id}/events?after=${after}`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  async join() {
    const payload = this.known ? { stream: this.id, after: this.record.seq } : { stream: this.id };
    const answer = await send("stream.join", payload).catch(() => null);
    if (!answer?.ok) return;
    if (!this.known) this.record.reset(answer.seq);
    this.known = true;
    this.evicted = false;
    this.record.receive(answer.events);
    for (let more = answer.more; more; ) {
      const page = await this.#fetch(this.record.seq);
      this.record.receive(page.events);
      more = page.more && page.events.length > 0;
    }
    this.dispatchEvent(new CustomEvent("joined", { detail: answer }));
    state.dispatchEvent(new CustomEvent("caught-up"));
  }
}

export function stream(id, seq = null) {
  let found = streams.get(id);
  if (!found) {
    streams.set(id, (found = new Stream(id, seq)));
    listen();
    if (isUp()) found.join();
  }
  return found;
}

// The streams of the page: an element that names none hears them all.
export function nearest(element) {
  const id = element.getAttribute("stream") ?? document.querySelector("[stream]")?.getAttribute("stream");
  const seq = element.getAttribute("seq") ?? document.querySelector(`[stream="${id}"][seq]`)?.getAttribute("seq");
  return id ? stream(id, seq ? Number(seq) : null) : null;
}

function listen() {
  if (listening) return;
  listening = true;
  connect();
  on("record", ({ stream: id, events }) => streams.get(id)?.record.receive(events));
  on("evicted", ({ stream: id, reason }) => leave(id ? [streams.get(id)] : [...streams.values()], reason));
  for (const event of ["presence", "tally"]) {
    on(event, (payload) => state.dispatchEvent(new CustomEvent(event, { detail: payload })));
  }
  state.addEventListener("up", () => streams.forEach((each) => each.join()));
}

function leave(gone, reason) {
  for (const each of gone.filter(Boolean)) {
    if (reason === "changed") each.join();
    else each.evicted = true;
  }
  if (reason !== "changed") state.dispatchEvent(new CustomEvent("evicted", { detail: { reason } }));
}
