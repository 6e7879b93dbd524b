// The only place where HTML becomes elements. It takes what the server sanitised, never typed text;
// a parsed document runs no scripts and loads nothing.
export function fill(element, html) {
  const parsed = parse(html);
  for (const link of parsed.querySelectorAll('a[href^="http"]')) link.toggleAttribute("data-bare", isBare(link));
  element.replaceChildren(...parsed.body.childNodes);
}

// A link whose words are its address: on paper the address does not stand behind it once more.
function isBare({ href, textContent }) {
  const typed = /^https?:/i.test(textContent) ? textContent : `https://${textContent}`;
  try {
    const [words, address] = [new URL(typed), new URL(href)];
    return words.host + words.pathname + words.search + words.hash === address.host + address.pathname + address.search + address.hash;
  } catch {
    return false;
  }
}

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

// What a blank of the page makes of what came over the wire: `__name__` in texts and attributes becomes the value of
// that name, never markup; what stands under a data-when that does not hold is left out ("rule=consensus", "closes_at",
// "!closes_at"); moments are said in the reader's language.
export function filled(blank, data) {
  const made = blank.content.firstElementChild.cloneNode(true);
  for (const part of made.querySelectorAll("[data-when]")) if (!holds(part.dataset.when, data)) part.remove();
  const put = (text) => text.replace(/__(\w+?)__/g, (whole, name) => data[name] ?? whole);
  const nodes = document.createTreeWalker(made, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = made; node; node = nodes.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) node.data = put(node.data);
    else for (const attribute of node.attributes) attribute.value = put(attribute.value);
  }
  for (const time of made.querySelectorAll("time[datetime]")) time.textContent = moment(time.dateTime);
  return made;
}

function holds(condition, data) {
  const [name, value] = condition.split("=");
  if (value !== undefined) return data[name] === value;
  return name.startsWith("!") ? !data[name.slice(1)] : Boolean(data[name]);
}

// In the page's language and time zone, as the server says it: the device may have another zone than the account.
export function moment(iso) {
  const { lang, dataset } = document.documentElement;
  return new Date(iso).toLocaleString(lang, { timeStyle: "short", dateStyle: "medium", timeZone: dataset.timeZone });
}
