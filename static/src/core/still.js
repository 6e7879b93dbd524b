// Changes the page without moving what a person types in, or the first of `read` in sight.
export function holdStill(change, read) {
  const held = inSight(document.activeElement) ? document.activeElement : [...read].find(inSight);
  const before = held?.getBoundingClientRect().top;
  change();
  if (held?.isConnected) scrollBy({ top: held.getBoundingClientRect().top - before, behavior: "instant" });
}

function inSight(element) {
  if (!element || element === document.body) return false;
  const { top, bottom, height } = element.getBoundingClientRect();
  return height > 0 && bottom > 0 && top < innerHeight && height < innerHeight;
}
