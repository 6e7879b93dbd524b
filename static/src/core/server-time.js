// The server's time, on devices whose own clock is wrong. It is measured against the time the browser has run, which
// no setting of the device moves: from the page itself, when a stream is joined, and again when the page resumes.
const JUMP = 2_000; // ms by which the device's two clocks may part before the time is measured again
const LOOK = 1_000; // ms between two looks at them
const AGAIN = 5_000; // ms until a measurement that failed is tried again
const DRIFT = 1 / 10_000; // ms a measurement loses in accuracy for each ms of its age, about

export const changes = new EventTarget(); // "change" when the server's time was measured anew

let best = null; // { now, at, error }: the server's time (ms) when the browser had run for `at`, within `error` (ms)
let measuring = false;

// The server's time in ms, as Date.now() would give it there.
export function serverNow() {
  best ??= told();
  return best.now + performance.now() - best.at;
}

// A measurement: the server said `iso` between the moments `sent` and `received` of performance.now().
export function measured(iso, sent, received = performance.now()) {
  const now = Date.parse(iso);
  if (Number.isNaN(now)) return;
  best ??= told();
  const error = (received - sent) / 2;
  if (error > best.error + (received - best.at) * DRIFT) return;
  best = { now, at: (sent + received) / 2, error };
  changes.dispatchEvent(new Event("change"));
}

// What the page itself says. Without it the device's clock stands in until the first measurement.
function told() {
  const now = Date.parse(document.querySelector("meta[name=server-time]")?.content);
  const [visit] = performance.getEntriesByType("navigation");
  if (Number.isNaN(now) || !visit) return { now: Date.now(), at: performance.now(), error: Infinity };
  return { now, at: visit.responseStart, error: visit.responseStart - visit.requestStart };
}

// After a sleep, or a change of the device's clock, what was measured before counts no more.
async function measureAnew() {
  if (measuring) return;
  measuring = true;
  const sent = performance.now();
  const answer = await fetch("/api/v1/time", { cache: "no-store" }).then((got) => got.json()).catch(() => null);
  measuring = false;
  if (!answer?.now) return void setTimeout(measureAnew, AGAIN);
  serverNow();
  best.error = Infinity;
  measured(answer.now, sent);
}

let apart = Date.now() - performance.now();

function look() {
  const before = apart;
  apart = Date.now() - performance.now();
  if (Math.abs(apart - before) > JUMP) measureAnew();
}

// Called by the first clock on the page: pages without one ask nothing.
let watching = false;
export function watch() {
  if (watching) return;
  watching = true;
  setInterval(look, LOOK);
  document.addEventListener("visibilitychange", () => document.hidden || measureAnew());
  addEventListener("pageshow", ({ persisted }) => persisted && measureAnew());
}
