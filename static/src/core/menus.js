// A menu of the frame (details.menu) closes as menus do: on Escape, on a press outside, and when the focus leaves it.
const OPEN = "details.menu[open]";

export function closeMenus(root) {
  root.addEventListener("keydown", (event) => event.key === "Escape" && escape(root));
  root.addEventListener("pointerdown", (event) => closeBut(root, event.target));
  root.addEventListener("focusin", (event) => closeBut(root, event.target));
}

function escape(root) {
  for (const menu of root.querySelectorAll(OPEN)) {
    const inside = menu.contains(root.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  }
}

function closeBut(root, at) {
  for (const menu of root.querySelectorAll(OPEN)) if (!menu.contains(at)) menu.open = false;
}
