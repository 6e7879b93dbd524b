// The only connector. It opens when the first element needs it and comes back by itself, at a moment of its own.
import { io } from "socket.io-client";

const PATIENCE = 10_000; // ms until an answer counts as missing
const AGAIN = { first: 500, longest: 15_000 }; // ms until the next attempt: longer each time, and never just the same
const IN_VAIN = new Set(["origin", "token"]); // Refusals that another attempt would only hear again.
let socket = null;
let opened = false;
let refusals = 0; // in a row
let nextTry = 0;

export const state = new EventTarget(); // "up" when connected (detail: again), "down", "restart"

export function connect() {
  if (socket) return socket;
  socket = io({
    transports: ["websocket"],
    reconnectionDelay: AGAIN.first,
    reconnectionDelayMax: AGAIN.longest,
    randomizationFactor: 0.5,
    timeout: PATIENCE,
  });
  socket.on("connect", () => {
    clearTimeout(nextTry);
    refusals = 0;
    state.dispatchEvent(new CustomEvent("up", { detail: { again: opened } }));
    opened = true;
  });
  socket.on("disconnect", (reason) => {
    // Disconnected by the server, which said why: this is no outage, so do not reconnect.
    if (reason === "io server disconnect") return;
    state.dispatchEvent(new CustomEvent("down", { detail: { reason } }));
  });
  socket.on("connect_error", (error) => {
    state.dispatchEvent(new CustomEvent("down", { detail: { reason: error.message } }));
    if (!socket.active && !IN_VAIN.has(error.message)) knockAgainLater();
  });
  socket.on("restart", ({ jitter_ms }) => comeBackLater(jitter_ms));
  // The network says when it goes, though a socket may look open for long, and when it is back.
  addEventListener("offline", () => socket.io.engine?.close());
  addEventListener("online", () => socket.disconnect().connect());
  return socket;
}

// The library gives up for good once the server said no, as to one too many: there may be room in a while.
function knockAgainLater() {
  const more = Math.min(AGAIN.longest - AGAIN.first, AGAIN.first * 2 ** refusals++);
  clearTimeout(nextTry);
  nextTry = setTimeout(() => socket.active || socket.connect(), AGAIN.first + Math.random() * more);
}

function comeBackLater(most) {
  state.dispatchEvent(new CustomEvent("restart"));
  socket.io.reconnectionDelay(AGAIN.first + Math.random() * most);
  socket.once("connect", () => socket.io.reconnectionDelay(AGAIN.first));
}

export function isUp() {
  return Boolean(socket?.connected) && navigator.onLine;
}

export function on(event, listener) {
  connect().on(event, listener);
}

// The acknowledgement of an event; fails when there is no connection or no answer. Nothing is sent twice or later.
export async function send(event, payload, patience = PATIENCE) {
  if (!isUp()) throw new Error("not connected");
  return connect().timeout(patience).emitWithAck(event, payload);
}
