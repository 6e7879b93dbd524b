// The only place that orders entries. An entry is applied if it is the next one, discarded if it is an old one, and
// kept back while those before it are fetched.
export class Record {
  #waiting = new Map();
  #fetching = false;

  // seq: the last entry the page already shows; apply(entry); fetch(after): asks for {events, more}.
  constructor(seq, { apply, fetch }) {
    this.seq = seq;
    this.apply = apply;
    this.fetch = fetch;
  }

  receive(events) {
    for (const entry of events) if (entry.seq > this.seq) this.#waiting.set(entry.seq, entry);
    this.#applyNext();
    if (this.#waiting.size > 0) this.#fillGap();
  }

  // Start anew from a number, as when the page was shown again from scratch.
  reset(seq) {
    this.seq = seq;
    this.#waiting.clear();
  }

  #applyNext() {
    for (let entry; (entry = this.#waiting.get(this.seq + 1)); ) {
      this.#waiting.delete(entry.seq);
      this.seq = entry.seq;
      this.apply(entry);
    }
  }

  async #fillGap() {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      const { events } = await this.fetch(this.seq);
      for (const entry of events) if (entry.seq > this.seq) this.#waiting.set(entry.seq, entry);
      this.#applyNext();
    } catch {
      // The next frame, or the next connection, tries again.
    } finally {
      this.#fetching = false;
    }
  }
}
