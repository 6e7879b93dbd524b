// What a person is writing survives reloads, lost connections and refusals: each form with a textarea, or with
// data-draft, keeps its fields on this device until they were sent. Never passwords.
const PREFIX = "draft:";
const KEPT = "input:not([type=password]):not([type=hidden]):not([type=file]), textarea, select, input[name=key], input[name=reply_to]";
const TYPED = "textarea, input[type=text], input:not([type])";

export function keepDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft], form:has(textarea:not([readonly]))")) keep(form);
  for (const form of root.querySelectorAll('form[action="/sign-out"]')) form.addEventListener("submit", forgetAll);
  dropSent();
}

// A form that edits a version is kept with the version's number: an old draft never replaces a newer wording.
function nameOf(form) {
  const path = new URL(form.action).pathname;
  const base = form.querySelector("input[type=hidden][name=base]")?.value;
  return base ? `${path}@${base}` : path;
}

function keep(form) {
  form.dataset.draft ||= nameOf(form);
  const draft = read(form);
  if (draft?.sent && arrived() && !form.querySelector("[aria-invalid], .form-errors")) clear(form);
  else if (draft && !hasText(form)) restore(form, draft);
  form.addEventListener("input", () => save(form));
  form.addEventListener("submit", (event) => event.defaultPrevented || save(form, { sent: true }));
}

// After a sent form the server answers with a redirect; only then is it known to have arrived.
function arrived() {
  const [visit] = performance.getEntriesByType("navigation");
  return visit?.type === "navigate" && visit.redirectCount > 0 && (visit.responseStatus ?? 200) < 400;
}

function dropSent() {
  if (!arrived()) return;
  for (const name of names()) {
    const shown = document.querySelector(`form[data-draft="${CSS.escape(name.slice(PREFIX.length))}"]`);
    if (!shown && JSON.parse(localStorage.getItem(name)).sent) localStorage.removeItem(name);
  }
}

export function save(form, more = {}) {
  const fields = [...form.querySelectorAll(KEPT)].filter((field) => field.name && field.name !== "csrf_token");
  const values = fields.map((field) => [field.name, isTick(field) ? field.checked : field.value, field.value]);
  try {
    if (hasText(form)) localStorage.setItem(PREFIX + form.dataset.draft, JSON.stringify({ values, ...more }));
    else clear(form);
  } catch {
    // A browser without room keeps no drafts; writing still works.
  }
}

export function clear(form) {
  localStorage.removeItem(PREFIX + form.dataset.draft);
}

export function read(form) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + form.dataset.draft));
  } catch {
    return null;
  }
}

function restore(form, { values }) {
  for (const [name, value, option] of values) {
    const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const ticked = fields.find((field) => isTick(field) && field.value === option);
    if (ticked) ticked.checked = value;
    else if (fields.length === 1 && !isTick(fields[0])) fields[0].value = value;
  }
  const folded = form.closest("details");
  if (folded) folded.open = true;
  form.dispatchEvent(new CustomEvent("restored"));
}

function hasText(form) {
  return [...form.querySelectorAll(TYPED)].some((field) => field.value.trim() && field.value !== field.defaultValue)
    || [...form.querySelectorAll("textarea")].some((field) => field.defaultValue.trim() && form.querySelector(".form-errors"));
}

function isTick(field) {
  return field.type === "checkbox" || field.type === "radio";
}

function names() {
  return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
}

function forgetAll() {
  for (const name of names()) localStorage.removeItem(name);
}
