// Every page: the visitor's own tour, kept in this browser and nowhere else.
const KEY = "redtrails.tour";
const PLACEHOLDER = /\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}/g;
const texts = JSON.parse(document.getElementById("texts").textContent);

document.documentElement.classList.add("js");

export function say(key, values = {}) {
  return texts[key].replace(PLACEHOLDER, (_, name, one, other) =>
    one === undefined ? String(values[name] ?? "") : values[name] === 1 ? one : other);
}

export function lang() {
  return document.documentElement.lang.startsWith("en") ? "en" : "zh";
}

export function readTour() {
  try {
    const ids = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(ids) ? ids.filter((id) => /^[a-z0-9-]{1,80}$/.test(id)) : [];
  } catch {
    return []; // storage is closed or holds something else: an empty tour, never a broken page
  }
}

export function writeTour(ids) {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set(ids)]));
  } catch {
    // storage is closed (private mode): the links still work
  }
  showTour();
}

export function planUrl(ids, more = {}) {
  const query = new URLSearchParams({ stops: ids.join(","), ...more, lang: lang() });
  return `/plan?${query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":")}`;
}

// Work that waits until what asks for it has been still for `ms` milliseconds.
export function settled(work, ms) {
  let timer;
  return (...about) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms, ...about);
  };
}

// Sites found by name (Chinese, pinyin, English), the best first; null: the service does not answer.
export async function sitesNamed(text, limit) {
  const answer = await fetch(`/api/collections/sites/items?${new URLSearchParams({ q: text, limit, lang: lang() })}`);
  return answer.ok ? (await answer.json()).features : null;
}

let toastTimer;
export function toast(text) {
  const box = document.querySelector("[data-toast]");
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("shown"), 2600);
}

function showTour() {
  const tour = readTour();
  const count = document.querySelector("[data-tour-count]");
  if (count) {
    count.textContent = tour.length;
    count.hidden = tour.length === 0;
    if (tour.length) document.querySelector("[data-tour-link]").href = planUrl(tour);
  }
  showButtons(document);
}

export function showButtons(root) {
  const tour = readTour();
  for (const button of root.querySelectorAll("[data-add]")) {
    const inside = tour.includes(button.dataset.add);
    if (button.getAttribute("aria-pressed") === String(inside)) continue;
    button.setAttribute("role", "button");
    button.setAttribute("aria-pressed", String(inside));
    button.querySelector("span").textContent = say(inside ? "page.tour.added" : "page.tour.add");
  }
}

function toggle(id) {
  const tour = readTour();
  const inside = tour.includes(id);
  const next = inside ? tour.filter((one) => one !== id) : [...tour, id];
  writeTour(next);
  toast(say(inside ? "page.tour.toast-dropped" : "page.tour.toast-added", { count: next.length }));
}

// An event joins the sites chosen already: the day is that of the event, from the morning on.
function withTour(href) {
  const query = new URL(href, location.href).searchParams;
  const others = readTour().filter((id) => id !== query.get("stops"));
  if (!others.length) return href;
  const [day, clock] = query.get("depart").split("T");
  const more = { depart: `${day}T${clock < "09:00" || !query.has("appointments") ? clock : "09:00"}` };
  for (const name of ["appointments", "visits"]) if (query.has(name)) more[name] = query.get(name);
  return planUrl([...others, query.get("stops")], more);
}

document.addEventListener("click", (event) => {
  const joined = event.target.closest("[data-event-stop]");
  if (joined) joined.href = withTour(joined.dataset.alone ??= joined.getAttribute("href"));
  const add = event.target.closest("[data-add]");
  const all = event.target.closest("[data-add-all]");
  if (add && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    toggle(add.dataset.add);
  } else if (all) {
    const next = [...new Set([...readTour(), ...all.dataset.addAll.split(",")])];
    writeTour(next);
    toast(say("page.tour.toast-added", { count: next.length }));
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key === " " && event.target.matches?.("[data-add]")) {
    event.preventDefault();
    event.target.click();
  }
});
document.addEventListener("redtrails:select", () => showButtons(document)); // a popup may hold one
addEventListener("storage", showTour);
addEventListener("pageshow", showTour);
showTour();
