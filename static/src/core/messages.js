// The few sentences the browser says by itself, in the page's language: the page brings them along.
let catalogue = null;

export function say(name, values = {}) {
  catalogue ??= JSON.parse(document.getElementById("messages")?.textContent || "{}");
  const sentence = catalogue[name] ?? name;
  return sentence.replace(/%\((\w+)\)s/g, (whole, key) => values[key] ?? whole);
}
