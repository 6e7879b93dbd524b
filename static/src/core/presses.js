// A press that needs no page (form[data-stays]) loads none: it is sent in the background, and what it changes arrives
// over the socket. Without a connection, and when the server refuses, the form goes the plain way and its page answers.
import { clear } from "./drafts.js";
import { isUp } from "./socket.js";

export function pressInPlace(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-stays]");
    if (!form || event.defaultPrevented || !isUp()) return;
    event.preventDefault();
    press(form, event.submitter);
  });
}

async function press(form, button) {
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, button), redirect: "manual" }).catch(() => null);
  delete form.dataset.sending;
  // Every form answers a success with a redirect, which is not followed: its page would not be shown.
  if (answer?.type === "opaqueredirect") done(form);
  else if (form.isConnected) sendPlainly(form, button);
}

function done(form) {
  if (form.dataset.draft) clear(form);
  if (form.querySelector("textarea, input[maxlength]")) form.reset();
  if (form.closest("details")) form.closest("details").open = false;
  form.dispatchEvent(new CustomEvent("pressed", { bubbles: true }));
}

function sendPlainly(form, button) {
  delete form.dataset.stays;
  form.requestSubmit(button);
}
