// The first page: filters without a reload, suggestions while typing, list and map speaking to each other.
import { lang, settled, showButtons, sitesNamed } from "./app.js";
import { filtersOf, keepLink, onLeave, restore, withView } from "./explore_view.js";

const form = document.querySelector("[data-filters]");
const results = document.querySelector("[data-results]");
const search = document.querySelector("[data-search]");

// A long list is cut; what was found is on the map all the same.
function ids() {
  const cut = results.querySelector("[data-found]");
  if (cut) return cut.dataset.found.split(",");
  return [...results.querySelectorAll("[data-site]")].map((card) => card.dataset.site);
}

let told = false; // whether the map shows a part of its sites
function tellMap() {
  const narrowed = results.querySelector(".chips") !== null;
  if (!narrowed && !told) return;
  told = narrowed;
  document.dispatchEvent(new CustomEvent("redtrails:show", { detail: { ids: narrowed ? ids() : null } }));
}

let latest = 0;
let loaded = filtersOf(location.href);
async function load(url, { push = true } = {}) {
  const turn = ++latest;
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (turn !== latest) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-results]");
  if (!fresh) { location.assign(url); return; }
  results.replaceChildren(...fresh.childNodes);
  fillForm(url);
  loaded = filtersOf(new URL(url, location.href));
  if (push) history.pushState(null, "", withView(url));
  for (const link of document.querySelectorAll("head link[rel=canonical], head link[rel=alternate], a.lang")) {
    const same = link.matches(".lang") ? page.querySelector("a.lang")
      : page.querySelector(link.rel === "canonical" ? "link[rel=canonical]" : `link[hreflang="${link.hreflang}"]`);
    if (same) link.href = same.getAttribute("href");
  }
  keepLink();
  showButtons(results);
  tellMap();
}

function fillForm(url) {
  const query = new URL(url, location.href).searchParams;
  for (const field of form.querySelectorAll("select, input[type=search], input[type=date]")) {
    if (field !== document.activeElement) field.value = query.get(field.name) ?? "";
  }
  for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = query.has(box.name);
}

function formUrl() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
  return `/?${query}`;
}

form.addEventListener("change", (event) => {
  if (event.target.matches("select, input[type=date], input[type=checkbox]")) load(formUrl());
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  closeSuggestions();
  load(formUrl());
});
results.addEventListener("click", (event) => {
  const link = event.target.closest(".eras a, .chip, .empty a, a.all-sites");
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    load(link.getAttribute("href"));
    return;
  }
  const focus = event.target.closest("[data-focus]");
  if (focus) {
    document.dispatchEvent(new CustomEvent("redtrails:focus", { detail: { id: focus.dataset.focus } }));
    if (matchMedia("(max-width: 760px)").matches) {
      document.querySelector(".explore-map").scrollIntoView({ block: "start" });
    }
  }
});
addEventListener("popstate", async () => {
  onLeave();
  if (filtersOf(location.href) !== loaded) await load(location.href, { push: false });
  restore();
});

document.addEventListener("redtrails:select", (event) => {
  for (const card of results.querySelectorAll(".is-chosen")) card.classList.remove("is-chosen");
  const card = results.querySelector(`[data-site="${CSS.escape(event.detail.id)}"]`);
  if (!card) return;
  card.classList.add("is-chosen");
  if (!matchMedia("(max-width: 760px)").matches) card.scrollIntoView({ block: "center" });
});

// Suggestions: a combobox (WAI-ARIA 1.2) over the machine interface.
const list = document.createElement("ul");
list.className = "suggest";
list.id = "suggestions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", search.closest(".search-box").querySelector("label").textContent);
list.hidden = true;
search.after(list);
search.setAttribute("role", "combobox");
search.setAttribute("aria-autocomplete", "list");
search.setAttribute("aria-controls", list.id);
search.setAttribute("aria-expanded", "false");

let marked = -1;
function closeSuggestions() {
  list.hidden = true;
  marked = -1;
  search.setAttribute("aria-expanded", "false");
  search.removeAttribute("aria-activedescendant");
}

async function suggest() {
  const text = search.value.trim();
  if (!text) return closeSuggestions();
  const features = await sitesNamed(text, 6);
  if (!features || search.value.trim() !== text) return;
  list.replaceChildren(...features.map(suggestion));
  list.hidden = features.length === 0 || document.activeElement !== search;
  search.setAttribute("aria-expanded", String(!list.hidden));
  marked = -1;
}

function suggestion(feature, index) {
  const item = document.createElement("li");
  const [first, second] = lang() === "en"
    ? [feature.properties.name_en || feature.properties.name_zh, feature.properties.name_zh]
    : [feature.properties.name_zh, feature.properties.name_en];
  item.id = `suggestion-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.id = feature.id;
  item.append(first);
  const small = document.createElement("small");
  small.textContent = second;
  item.append(small);
  return item;
}

function mark(step) {
  const items = [...list.children];
  if (!items.length) return;
  marked = (marked + step + items.length) % items.length;
  items.forEach((item, index) => item.setAttribute("aria-selected", String(index === marked)));
  items[marked].scrollIntoView({ block: "nearest" });
  search.setAttribute("aria-activedescendant", items[marked].id);
}

function open(id) {
  location.assign(`/sites/${id}?lang=${lang()}`);
}

search.addEventListener("input", settled(suggest, 120));
search.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    mark(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && marked >= 0) {
    event.preventDefault();
    open(list.children[marked].dataset.id);
  } else if (event.key === "Escape") {
    closeSuggestions();
  }
});
list.addEventListener("pointerdown", (event) => {
  const item = event.target.closest("li");
  if (item) { event.preventDefault(); open(item.dataset.id); }
});
search.addEventListener("blur", closeSuggestions);

// The map begins once the page was painted: the list can be read and used before it.
function painted() {
  return new Promise((then) => {
    requestAnimationFrame(() => setTimeout(then));
    setTimeout(then, 300); // a page in the background is never painted
  });
}

async function startMap() {
  await painted();
  let last;
  for (const url of document.querySelector("[data-scripts]").dataset.scripts.split(" ")) {
    const script = document.createElement("script");
    script.src = url;
    script.async = false; // in their order
    document.head.append(script);
    last = script;
  }
  last.addEventListener("load", () => {
    tellMap();
    restore();
  });
}
startMap();
