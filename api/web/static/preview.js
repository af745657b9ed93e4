// What a changed wish would mean, told beside the form before it is sent: times, and what to beware of.
import { say, settled } from "./app.js";

const WAIT = 350; // milliseconds after the last change
const MOST = 5; // warnings
let asked = 0;

function sums(page) {
  return [...page.querySelectorAll(".plan-result .sums > div")]
    .map((one) => [...one.children].map((part) => part.textContent).join(" ")).join(" · ");
}

function warnings(page) {
  const found = page.querySelectorAll(".plan-result [role=alert] .note, .plan-result .left-out li, .plan-result .notices .warning");
  return [...new Set([...found].map((one) => (one.firstChild?.textContent.trim() ? one.firstChild : one).textContent.trim()))];
}

async function tell(box, url) {
  const turn = ++asked;
  let page;
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return; // no connection: sending the form says it
  }
  if (turn !== asked) return;
  const said = [sums(page), ...warnings(page).slice(0, MOST)].filter(Boolean);
  box.replaceChildren(...[say("page.plan.preview"), ...said].map((text, at) => {
    const line = document.createElement("p");
    line.className = at ? "meta" : "preview-head";
    line.textContent = text;
    return line;
  }));
}

// Tell what the form says whenever it changes; `address` gives the plan's address, or null.
export function preview(form, address) {
  const box = form.querySelector("[data-preview]");
  form.addEventListener("change", settled(() => {
    const url = address();
    if (url) tell(box, url);
    else box.replaceChildren();
  }, WAIT));
}
