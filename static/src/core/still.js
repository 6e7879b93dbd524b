// Changes the page without moving what a person types in or has just pressed, or else the first of `read` in sight.
export function holdStill(change, read) {
  const focused = document.activeElement;
  const held = [typedIn(focused), focused?.closest("article"), ...read].find(inSight);
  const before = held?.getBoundingClientRect().top;
  change();
  if (inSight(held)) scrollBy({ top: held.getBoundingClientRect().top - before, behavior: "instant" });
}

function typedIn(element) {
  return element?.matches("textarea, input, select") ? element : null;
}

function inSight(element) {
  if (!element?.isConnected) return false;
  const { top, bottom, height } = element.getBoundingClientRect();
  return height > 0 && bottom > 0 && top < innerHeight;
}
