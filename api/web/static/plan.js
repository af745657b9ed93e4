// The page that plans: reorder, drop, share. Every change is a new address, so "back" is "undo".
import { planUrl, writeTour } from "./app.js";
import "./share.js";

const form = document.querySelector("[data-plan]");
const chosen = document.querySelector("[data-chosen]");
const KEEP_SCROLL = "redtrails.scroll";

function values(stops) {
  const data = new FormData(form);
  const more = {};
  for (const name of new Set(data.keys())) {
    const said = data.getAll(name).filter(Boolean).join(",");
    if (said && name !== "stops" && name !== "lang") more[name] = said;
  }
  return [stops ?? data.getAll("stops"), more];
}

function go(stops, changes = {}) {
  const [ids, more] = values(stops);
  writeTour(ids);
  sessionStorage.setItem(KEEP_SCROLL, String(scrollY));
  location.assign(planUrl(ids, { ...more, ...changes }));
}

function order() {
  return [...chosen.children].map((item) => item.dataset.stop);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  go();
});
chosen.addEventListener("click", (event) => {
  const item = event.target.closest("li");
  const move = event.target.closest("[data-move]");
  if (move) {
    const ids = order();
    const from = ids.indexOf(item.dataset.stop);
    ids.splice(from + Number(move.dataset.move), 0, ...ids.splice(from, 1));
    go(ids, { order: "given" });
  } else if (event.target.closest("[data-drop]")) {
    go(order().filter((id) => id !== item.dataset.stop));
  }
});

const kept = sessionStorage.getItem(KEEP_SCROLL);
if (kept) {
  sessionStorage.removeItem(KEEP_SCROLL);
  scrollTo({ top: Number(kept), behavior: "instant" });
}
