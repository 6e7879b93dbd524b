// The only place that orders entries. An entry is applied if it is the next one, discarded if it is an old one, and
// kept back while those before it are fetched.
const AGAIN = 3_000; // ms until a gap that could not be fetched is tried again

export class Record {
  #waiting = new Map();
  #fetching = false;

  // seq: the last entry the page already shows; apply(entry); fetch(after): asks for the next page of the record;
  // restart(snapshot): shows how things are now, where they are not told entry by entry any more.
  constructor(seq, { apply, fetch, restart }) {
    this.seq = seq;
    this.apply = apply;
    this.fetch = fetch;
    this.restart = restart;
  }

  receive(events) {
    this.#keep(events);
    this.#fillGap();
  }

  // What the server answered to "what came after …", to its end.
  async catchUp(page) {
    this.#fetching = true;
    try {
      await this.#follow(page);
    } finally {
      this.#fetching = false;
    }
    this.#fillGap();
  }

  // Go on from a number, as when the page was shown from scratch.
  reset(seq) {
    this.seq = seq;
    this.#waiting.clear();
  }

  async #follow(page) {
    this.#take(page);
    // After a new start once more: what was sent while it was being made could not be ordered yet.
    while (page.reset || (page.more && page.events.length > 0)) this.#take((page = await this.fetch(this.seq)));
  }

  #take(page) {
    if (page.reset) {
      this.reset(page.seq);
      this.restart(page.snapshot);
    }
    this.#keep(page.events);
  }

  #keep(events) {
    for (const entry of events) if (entry.seq > this.seq) this.#waiting.set(entry.seq, entry);
    for (let entry; (entry = this.#waiting.get(this.seq + 1)); ) {
      this.#waiting.delete(entry.seq);
      this.seq = entry.seq;
      this.apply(entry);
    }
  }

  async #fillGap() {
    if (this.#fetching || this.#waiting.size === 0) return;
    this.#fetching = true;
    try {
      await this.#follow(await this.fetch(this.seq));
    } catch {
      // Tried again below; a new connection catches up by itself.
    } finally {
      this.#fetching = false;
    }
    if (this.#waiting.size > 0) setTimeout(() => this.#fillGap(), AGAIN);
  }
}
