// Following a tour: where on it the visitor is, the way to the next stop, and keeping it on this phone.
import { lang, say, toast } from "./app.js";
import { locate, metresBetween, metresText, refusal, watch } from "./place.js";
import { able, about, forget, keep, sizeText } from "./shelf.js";
import { isThere, judge, stamp } from "./stamps.js";

const KEY = "redtrails.follow";
const page = document.querySelector("[data-tour]");
const now = document.querySelector("[data-now]");
const part = (name) => now.querySelector(`[data-${name}]`);
const stops = [...document.querySelectorAll("[data-stop]")].map((node) => ({
  node, id: node.dataset.site ?? "", name: node.dataset.name, zh: node.dataset.zh, en: node.dataset.en,
  lon: Number(node.dataset.lon), lat: Number(node.dataset.lat), accuracy: Number(node.dataset.accuracy),
}));
let reached = remembered(); // the last stop that was reached; -1 before the first
let fix = null;
let watching = null;

function allPlaces() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function remembered() {
  const at = Number(allPlaces()[page.dataset.tour] ?? -1);
  return Number.isInteger(at) && at >= -1 && at < stops.length ? at : -1;
}

function reach(index) {
  reached = Math.max(-1, Math.min(stops.length - 1, index));
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...allPlaces(), [page.dataset.tour]: reached }));
  } catch {
    // storage is closed: the place on the tour lasts as long as the page
  }
  show();
}

function show() {
  const [here, next] = [stops[reached], stops[reached + 1]];
  stops.forEach(({ node }, index) => {
    node.classList.toggle("is-done", index < reached);
    node.classList.toggle("is-here", index === reached);
    node.classList.toggle("is-next", index === reached + 1);
    node.querySelector("h3").toggleAttribute("aria-current", false);
    if (index === reached) node.querySelector("h3").setAttribute("aria-current", "step");
  });
  part("here").textContent = here ? say("page.follow.say.here", { name: here.name }) : say("page.follow.say.before");
  part("next").textContent = next ? say("page.follow.say.next", { name: next.name }) : say("page.follow.say.done");
  const leg = here?.node.querySelector(".leg");
  part("leg").replaceChildren(...(next && leg ? [...leg.cloneNode(true).children] : []));
  for (const folded of part("leg").querySelectorAll("details")) folded.open = folded.classList.contains("steps");
  part("arrived").hidden = !next;
  part("back").disabled = reached < 0;
  if (next) part("arrived").querySelector("span").textContent = say("page.follow.say.arrived", { name: next.name });
  showDistance();
}

function showDistance() {
  const next = stops[reached + 1];
  part("distance").textContent = fix && next
    ? say("page.follow.say.distance", { distance: metresText(metresBetween(fix, next)), name: next.name, fix: metresText(fix.accuracy) })
    : "";
}

// The stop one stands at: the next one if one is there, else the nearest of those.
function standing() {
  const there = stops.map((stop, index) => ({ index, found: judge(fix, stop) })).filter(({ found }) => isThere(found));
  there.sort((a, b) => a.found.metres - b.found.metres);
  return there.find(({ index }) => index === reached + 1) ?? there.find(({ index }) => index === reached) ?? there[0];
}

function stamped(stop, verdict) {
  if (!stop.id) return "";
  const found = stamp(stop, "position", fix);
  if (found === "known") return "";
  return found === "new"
    ? say(verdict === "area" ? "page.follow.say.stamped-area" : "page.follow.say.stamped")
    : say("page.follow.say.unkept");
}

function tell(text) {
  part("said").textContent = text;
}

function mark() {
  document.dispatchEvent(new CustomEvent("redtrails:here", { detail: fix }));
  showDistance();
}

async function hereIAm() {
  part("locate").setAttribute("aria-busy", "true");
  tell(say("page.follow.say.locating"));
  try {
    fix = await locate();
    watching ??= watch((found) => { fix = found; mark(); });
    mark();
    const at = standing();
    if (at) {
      const stop = stops[at.index];
      const more = stamped(stop, at.found.verdict);
      reach(at.index);
      tell([say("page.follow.say.at", { name: stop.name }), more].filter(Boolean).join(" "));
    } else if (stops.some((stop) => judge(fix, stop).verdict === "coarse")) {
      tell(say("page.follow.say.coarse", { fix: metresText(fix.accuracy) }));
    } else {
      const near = stops[reached + 1] ?? stops.at(-1);
      tell(say("page.follow.say.far", { distance: metresText(metresBetween(fix, near)), name: near.name }));
    }
  } catch (error) {
    tell(refusal(error));
  } finally {
    part("locate").removeAttribute("aria-busy");
  }
}

part("locate").addEventListener("click", hereIAm);
part("arrived").addEventListener("click", () => { reach(reached + 1); tell(""); part("here").focus(); });
part("back").addEventListener("click", () => { reach(reached - 1); tell(""); });

// Keeping it.
const shelf = document.querySelector("[data-shelf]");
const tour = {
  address: page.dataset.tour,
  addresses: { zh: page.dataset.zh, en: page.dataset.en },
  date: page.dataset.date, stops: Number(page.dataset.stops),
};

async function showShelf() {
  const held = able ? await about(tour.address) : null;
  const word = shelf.querySelector("[data-state]");
  shelf.querySelector("[data-keep]").hidden = !able;
  shelf.querySelector("[data-forget]").hidden = !held;
  shelf.querySelector("[data-keep] span").textContent = say(held ? "page.follow.say.keep-again" : "page.follow.say.keep");
  shelf.querySelector("[data-keep]").classList.toggle("btn-primary", !held);
  if (!able) word.textContent = say("page.follow.say.unable");
  else if (held) {
    const time = new Intl.DateTimeFormat(lang(), { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }).format(new Date(held.saved));
    word.textContent = say("page.follow.say.kept", { time, size: sizeText(held.bytes, lang()) });
    word.dataset.bytes = held.bytes;
  } else word.textContent = say("page.follow.say.not-kept");
}

shelf.querySelector("[data-keep]").addEventListener("click", async ({ currentTarget: button }) => {
  button.disabled = true;
  try {
    await keep(tour);
    toast(say("page.follow.say.keep-done"));
  } catch {
    toast(say("page.follow.say.keep-failed"));
  }
  button.disabled = false;
  await showShelf();
});
shelf.querySelector("[data-forget]").addEventListener("click", async () => {
  await forget(tour.address);
  toast(say("page.follow.say.forgotten"));
  await showShelf();
});

show();
showShelf();
