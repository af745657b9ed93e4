// How many sites of a collection have a stamp in this visitor's passport; silent where there is none.
import { say } from "./app.js";
import { progress, stamps } from "./stamps.js";

if (stamps().length) {
  for (const node of document.querySelectorAll("[data-progress]")) {
    const { done, all } = progress(node);
    node.querySelector("a").textContent = say("page.routes.stamps", { done, all });
    node.hidden = false;
  }
}
