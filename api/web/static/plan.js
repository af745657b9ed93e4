// The page that plans: reorder, drop, share. Every change is a new address, so "back" is "undo".
import { planUrl, writeTour } from "./app.js";
import { preview } from "./preview.js";
import "./share.js";
import "./where.js";

const form = document.querySelector("[data-plan]");
const chosen = document.querySelector("[data-chosen]");
const KEEP_SCROLL = "redtrails.scroll";
const UNDONE = "redtrails.undone";
const undo = document.querySelector("[data-undo]");
let dragged = null;

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

function draggable(item) {
  item.draggable = true;
  item.addEventListener("dragstart", (event) => {
    dragged = { item, before: order().join() };
    event.dataTransfer.effectAllowed = "move";
    item.classList.add("is-dragged");
  });
  item.addEventListener("dragover", (event) => {
    if (!dragged || dragged.item === item) return;
    event.preventDefault();
    const { top, height } = item.getBoundingClientRect();
    if (event.clientY < top + height / 2) item.before(dragged.item);
    else item.after(dragged.item);
  });
  item.addEventListener("dragend", () => {
    const { before } = dragged;
    item.classList.remove("is-dragged");
    dragged = null;
    if (order().join() !== before) go(order(), { order: "given" });
  });
}
chosen.addEventListener("dragover", (event) => dragged && event.preventDefault());
if (chosen.querySelector("[data-move]")) [...chosen.children].forEach(draggable);

preview(form, () => {
  const [ids, more] = values();
  return ids.length || more.route ? planUrl(ids, more) : null;
});

// A plan that was changed here can be taken back; the tour of this browser goes back with it.
undo.addEventListener("click", () => {
  sessionStorage.setItem(UNDONE, "1");
  history.back();
});
addEventListener("pageshow", () => {
  if (sessionStorage.getItem(UNDONE) === null) return;
  sessionStorage.removeItem(UNDONE);
  writeTour(order());
});

const kept = sessionStorage.getItem(KEEP_SCROLL);
if (kept) {
  sessionStorage.removeItem(KEEP_SCROLL);
  undo.hidden = false;
  scrollTo({ top: Number(kept), behavior: "instant" });
}
