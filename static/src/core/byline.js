// Fills the fields of a byline (macros/people.html) with the byline of an entry.
import { say } from "./messages.js";

export function fillByline(item, line) {
  const part = (name) => item.querySelector(`[data-field="${name}"]`);
  part("name").textContent = line.handle || line.name;
  part("role").hidden = !line.role;
  part("role").dataset.role = line.role;
  part("role_name").textContent = line.role && say(`role_${line.role}`);
  part("similar_name").hidden = !line.number;
  part("similar_name").textContent = line.number ? say("similar_name", { number: line.number }) : "";
  part("from").hidden = !line.affiliation && !line.capacity;
  part("affiliation").textContent = line.affiliation;
  part("capacity").textContent = line.capacity && `${line.affiliation ? ", " : ""}${say(`capacity_${line.capacity}`)}`;
  part("actor_set").hidden = !line.name;
  part("actor_set").dataset.set = line.actor_set || "public";
  part("actor_set_name").textContent = say(`set_${line.actor_set || "public"}`);
}
