// The only place where HTML becomes elements. It takes what the server sanitised, never what somebody typed here;
// a parsed document runs no scripts and loads nothing.
export function fill(element, html) {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  element.replaceChildren(...parsed.body.childNodes);
}

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}
