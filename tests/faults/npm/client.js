// A program of docs/protocol.md with the npm client: tells what it saw, one line of JSON a step.
// Run as: node client.js <address> <token> <stream>
import { io } from "socket.io-client";

const [address, token, stream] = process.argv.slice(2);
const tell = (step, more) => console.log(JSON.stringify({ step, ...more }));
const options = { transports: ["websocket"], reconnectionDelay: 200, reconnectionDelayMax: 1000, forceNew: true };
const applied = [];
let last = 0;

function apply(events) {
  for (const entry of events) {
    if (entry.seq !== last + 1) continue;
    last = entry.seq;
    applied.push(entry.kind);
  }
}

function refusal(auth) {
  const socket = io(address, { ...options, auth });
  return new Promise((resolve) => {
    socket.on("connect_error", (error) => {
      socket.close();
      resolve(error.message);
    });
  });
}

tell("refused", { stranger: await refusal({ token: "made up" }), nobody: await refusal({}) });

const socket = io(address, { ...options, auth: { token } });
const ask = (event, payload) => socket.timeout(10_000).emitWithAck(event, payload);
socket.on("record", (record) => apply(record.events));

async function join() {
  let answer = await ask("stream.join", { stream, after: last });
  apply(answer.events);
  while (answer.more) {
    const page = await fetch(`${address}/api/v1/streams/${stream}/events?after=${last}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    answer = await page.json();
    apply(answer.events);
  }
  return answer;
}

let times = 0;
socket.on("connect", async () => {
  times += 1;
  const joined = await join();
  if (times === 1) {
    const post = { stream, key: "said-once", text: "From the npm client" };
    const [first, second] = [await ask("contribution.post", post), await ask("contribution.post", post)];
    const other = await ask("contribution.post", { ...post, text: "Something else" });
    while (last < first.seq) await new Promise((resolve) => setTimeout(resolve, 20));
    tell("posted", { joined, first, second, other, applied });
  } else {
    tell("back", { last, applied });
    socket.close();
  }
});
