// The reader's own bookmark in a discussion. It moves on over contributions whose end was in the viewport, one after
// the other, and the server is told now and then. A jump over unread contributions does not move it past them.
import { isUp, send } from "./socket.js";

const YEAR = 31_536_000; // s
const EVERY = 2_000; // ms in which what was read is gathered
const COVERED = "-64px 0px -96px 0px"; // What rests at the edges of the window may cover a contribution there.
const STEPS = Array.from({ length: 21 }, (_, step) => Math.max(0, step / 20 - 0.01)); // 1 itself is missed by fractions of a pixel.

// The server then counts no page as read because it was opened. It learns this before a discussion is first opened.
export function tellBookmark(root) {
  const isSecure = location.protocol === "https:";
  root.cookie = `${isSecure ? "__Host-" : ""}bookmark=viewport; path=/; max-age=${YEAR}; samesite=lax${isSecure ? "; secure" : ""}`;
}

export class Bookmark {
  #seen = new WeakSet();
  #begun = new WeakSet();
  #told;
  #timer = 0;
  #observer = new IntersectionObserver((looks) => this.#look(looks), { rootMargin: COVERED, threshold: STEPS });

  constructor(stream, { list, seq, voice }) {
    Object.assign(this, { stream, list, seq, voice });
    this.#told = seq;
    for (const item of list.querySelectorAll("[data-seq]")) this.watch(item);
    document.addEventListener("visibilitychange", () => document.hidden && this.#tell());
    addEventListener("pagehide", () => this.#post());
  }

  watch(item) {
    this.#observer.observe(item);
    this.#advance(); // Over the reader's own.
  }

  // The reader said that all of it counts as read.
  reach(seq) {
    this.seq = this.#told = Math.max(this.seq, seq);
    this.#advance();
  }

  // Contributions are missing before those on the page: reading on here says nothing of them.
  stop() {
    this.#observer.disconnect();
  }

  #look(looks) {
    for (const { target, isIntersecting, boundingClientRect: box, intersectionRatio, rootBounds } of looks) {
      const ended = box.bottom <= (rootBounds?.bottom ?? innerHeight) + 1;
      if (isIntersecting ? ended || intersectionRatio > 0.93 : ended && this.#begun.has(target)) this.#see(target);
      else if (isIntersecting) this.#begun.add(target);
    }
    this.#advance();
  }

  #see(item) {
    this.#seen.add(item);
    this.#observer.unobserve(item);
  }

  #advance() {
    for (const item of this.list.querySelectorAll("[data-seq]")) {
      const seq = Number(item.dataset.seq);
      if (seq <= this.seq) continue;
      if (!this.#seen.has(item) && item.dataset.voice !== this.voice) break;
      this.seq = seq;
    }
    if (this.seq > this.#told) this.#timer ||= setTimeout(() => this.#tell(), EVERY);
  }

  #tell() {
    this.#take();
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (!isUp()) return this.#post();
    const before = this.#told;
    this.#told = this.seq;
    send("stream.read", { stream: this.stream, seq: this.seq }).then((answer) => answer.ok || this.#failed(before), () => this.#failed(before));
  }

  // Refused or not answered: it is told again with what is read next.
  #failed(before) {
    this.#told = Math.min(this.#told, before);
  }

  // Without a socket, and as the page goes: then an answer could no longer be waited for.
  #post() {
    this.#take();
    if (this.seq <= this.#told) return;
    this.#told = this.seq;
    const body = new URLSearchParams({ seq: this.seq, csrf_token: document.querySelector("meta[name=csrf-token]").content });
    fetch(`/rooms/${this.stream}/read`, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
  }

  // What was looked at a moment ago and is not reported yet.
  #take() {
    const looks = this.#observer.takeRecords();
    if (looks.length > 0) this.#look(looks);
  }
}
