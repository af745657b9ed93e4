// Where the map stands, how it shows the sites and which card is open: in the address beside the
// filters, so that back, forward, reload and a link bring it all again.
const NAMES = ["at", "view", "card"];
const VIEWS = ["heat", "districts"];
const AT = /^(-?\d{1,3}(?:\.\d+)?),(-?\d{1,2}(?:\.\d+)?),(\d{1,2}(?:\.\d+)?)$/;
const REST_MS = 250; // a map that has not moved for so long has come to rest

const state = { at: "", view: "", card: "" };
let touched = false; // a map that nobody has moved stands where it fits best, and the address is silent
let stand = null; // where it stands
let home = null; // where it stood when nobody had moved it yet
let resting = 0;
let closing = 0;

// The filters of an address, as text.
export function filtersOf(url) {
  const query = new URL(url).searchParams;
  for (const name of NAMES) query.delete(name);
  return query.toString();
}

// An address with what the map shows now in it.
export function withView(url) {
  const full = new URL(url, location.href);
  for (const name of NAMES) {
    if (state[name]) full.searchParams.set(name, state[name]);
    else full.searchParams.delete(name);
  }
  return full.pathname + full.search.replaceAll("%2C", ",");
}

// The link to the other language leads to the same view.
export function keepLink() {
  const link = document.querySelector("a.lang");
  link.href = withView(link.href);
}

function write(push) {
  const url = withView(location.href);
  if (url !== location.pathname + location.search) history[push ? "pushState" : "replaceState"](null, "", url);
  keepLink();
}

// What waits to be written belongs to the address that is being left.
export function onLeave() {
  clearTimeout(resting);
  clearTimeout(closing);
}

function speak(name, detail) {
  document.dispatchEvent(new CustomEvent(`redtrails:${name}`, { detail }));
}

function textOf({ lon, lat, zoom }) {
  return [lon.toFixed(5), lat.toFixed(5), Number(zoom.toFixed(1))].join(",");
}

// Bring the map to what the address says; the first time, hear where it stands untouched.
export function restore() {
  if (!stand) speak("where");
  const query = new URLSearchParams(location.search);
  const [, lon, lat, zoom] = AT.exec(query.get("at") ?? "") ?? [];
  const view = VIEWS.includes(query.get("view")) ? query.get("view") : "";
  const card = /^[a-z0-9-]{1,80}$/.test(query.get("card") ?? "") ? query.get("card") : "";
  const said = zoom === undefined ? null : { lon: Number(lon), lat: Number(lat), zoom: Number(zoom) };
  const wanted = said ?? home;
  Object.assign(state, { at: said ? query.get("at") : "", view, card });
  touched = Boolean(said || card);
  if (wanted && (!stand || textOf(wanted) !== textOf(stand))) speak("look", wanted);
  speak("view", { view: view || "sites" });
  speak("focus", { id: card || null, stay: said !== null });
  onLeave();
  keepLink();
}

function rest() {
  clearTimeout(resting);
  resting = setTimeout(() => {
    if (!stand) return;
    state.at = textOf(stand);
    write(false);
  }, REST_MS);
}

document.addEventListener("redtrails:moved", ({ detail: { lon, lat, zoom } }) => {
  stand = { lon, lat, zoom };
  if (touched) rest();
  else home = stand;
});
document.addEventListener("redtrails:select", ({ detail: { id } }) => {
  touched = true;
  clearTimeout(closing);
  if (id !== state.card) {
    state.card = id;
    write(true);
  }
  rest();
});
document.addEventListener("redtrails:closed", ({ detail: { id } }) => {
  // A card that gives way to another is closed, too: wait whether one opens.
  clearTimeout(closing);
  closing = setTimeout(() => {
    if (state.card !== id) return;
    state.card = "";
    write(false);
  });
});
document.addEventListener("redtrails:viewed", ({ detail: { view } }) => {
  const said = view === "sites" ? "" : view;
  if (said === state.view) return;
  state.view = said;
  write(true);
});
for (const event of ["pointerdown", "wheel", "keydown"]) {
  document.querySelector(".explore-map").addEventListener(event, () => { touched = true; }, { passive: true });
}
