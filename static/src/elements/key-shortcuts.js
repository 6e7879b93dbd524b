// Follows a link of the page (a[aria-keyshortcuts]) when its keys are pressed. What is listed here is shown only with a script.
const MODIFIERS = { Alt: "altKey", Shift: "shiftKey", Control: "ctrlKey", Meta: "metaKey" };

export class KeyShortcuts extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    document.addEventListener("keydown", (event) => this.#press(event));
  }

  #press(event) {
    const links = [...document.querySelectorAll("a[aria-keyshortcuts]")];
    const link = links.find((each) => isPressed(event, each.getAttribute("aria-keyshortcuts")));
    if (!link) return;
    event.preventDefault();
    link.click();
  }
}

// By the key's place, because Alt and Shift make another letter of it on some keyboards.
function isPressed(event, keys) {
  const parts = keys.split("+");
  const key = parts.pop();
  if (event.code !== `Key${key}`) return false;
  return Object.entries(MODIFIERS).every(([name, held]) => event[held] === parts.includes(name));
}
