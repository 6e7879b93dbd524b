// The streams this page listens to, each joined once however many elements ask for it.
import { Record } from "./record.js";
import { measured } from "./server-time.js";
import { connect, isUp, on, send, state } from "./socket.js";

const ENDED = new Set(["not_found", "not_signed_in", "not_permitted"]);
const ASK = 5_000; // ms between two questions where no socket gets through
const PATIENCE = 10_000; // ms until a join counts as unanswered at first; longer each time, for it may still be at work
const AGAIN = 3_000; // ms at most until it is tried again at first; longer each time too
const LONGEST = { patience: 60_000, again: 15_000 };
const JOIN = 5; // ms a join costs the server, about
const streams = new Map();
let listening = false;

class Stream extends EventTarget {
  #joining = false;

  constructor(id, seq) {
    super();
    this.id = id;
    this.joined = false;
    this.evicted = false;
    this.here = 0; // How many are present, as last told.
    this.tries = 0;
    this.known = seq !== null; // Whether the page said which entries it shows already.
    this.record = new Record(seq ?? 0, {
      apply: (entry) => this.#tell("entry", entry),
      fetch: (after) => this.#fetch(after),
      restart: (snapshot) => this.#tell("reset", snapshot),
    });
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }

  async #fetch(after) {
    const answer = await fetch(`/api/v1/streams/${this.id}/events?after=${after}`);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  // A moment of one's own among all who are here: the more there are, the longer they take together.
  moment(each, most) {
    return Math.random() * Math.min(most, this.here * each);
  }

  // Until it is clear that there is no place here any more, a stream that could not be joined is tried again.
  async join() {
    if (this.#joining) return;
    this.#joining = true;
    const answer = await this.#join().catch(() => null);
    this.#joining = false;
    if (answer?.ok) {
      this.joined = true;
      this.tries = 0;
      this.here = answer.presence?.here ?? this.here;
      this.#tell("joined", answer);
      if ([...streams.values()].every((each) => each.joined || each.evicted)) state.dispatchEvent(new CustomEvent("caught-up"));
    } else if (ENDED.has(answer?.error.code)) leave([this], "removed");
    else this.#joinLater(Math.random() * Math.min(LONGEST.again, AGAIN * 2 ** this.tries++));
  }

  #joinLater(wait) {
    setTimeout(() => isUp() && !this.joined && !this.evicted && this.join(), wait);
  }

  // Its place changed, as that of all others here may have.
  joinAnew() {
    this.#joinLater(this.moment(JOIN, LONGEST.patience));
  }

  // Where a network lets no socket through, the record is asked for now and then.
  async ask() {
    if (!this.known || this.evicted) return;
    await this.#fetch(this.record.seq).then((page) => this.record.catchUp(page)).catch(() => null);
  }

  async #join() {
    const asked = this.known ? { stream: this.id, after: this.record.seq } : { stream: this.id };
    const patience = Math.min(LONGEST.patience, PATIENCE * 2 ** this.tries);
    const sent = performance.now();
    const answer = await send("stream.join", asked, patience * (1 + Math.random() / 2));
    measured(answer.now, sent);
    if (!answer.ok) return answer;
    if (!this.known) this.record.reset(answer.seq);
    this.known = true;
    this.evicted = false;
    await this.record.catchUp(answer);
    return answer;
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
  on("presence", ({ stream: id, here }) => streams.has(id) && (streams.get(id).here = here));
  for (const event of ["presence", "tally"]) {
    on(event, (payload) => state.dispatchEvent(new CustomEvent(event, { detail: payload })));
  }
  state.addEventListener("down", () => streams.forEach((each) => (each.joined = false)));
  state.addEventListener("up", () => streams.forEach((each) => each.join()));
  setInterval(() => !isUp() && navigator.onLine && streams.forEach((each) => each.ask()), ASK);
}

function leave(gone, reason) {
  for (const each of gone.filter(Boolean)) {
    each.joined = false;
    if (reason === "changed") each.joinAnew();
    else each.evicted = true;
  }
  if (reason !== "changed") state.dispatchEvent(new CustomEvent("evicted", { detail: { reason } }));
}
