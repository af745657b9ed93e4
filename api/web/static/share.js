// Print a plan, and copy its link.
import { say, toast } from "./app.js";

document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.querySelector("[data-copy]")?.addEventListener("click", async () => {
  const field = document.querySelector("[data-share]");
  try {
    await navigator.clipboard.writeText(field.value);
    toast(say("page.plan.copied"));
  } catch {
    field.select();
    toast(say("page.plan.copy-failed"));
  }
});
