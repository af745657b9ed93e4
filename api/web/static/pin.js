// The pin of an editor and the fields beside it: each follows the other. The fields alone are sent.
import { lang, say, settled } from "./app.js";
import { positionOf } from "./exif.js";
import { metresBetween, metresText } from "./place.js";

const box = document.querySelector("[data-pin]");
const said = box?.querySelector("[data-pin-said]");
const back = box?.querySelector("[data-pin-back]");
const field = (name) => document.querySelector(`.site-form [name="${name}"]`);
const [position, datum, accuracy] = ["position", "datum", "accuracy_m"].map(field);
const WAIT = 400; // milliseconds after the last key
const WGS84 = /wgs[\s_-]*(19)?84/i;

const placeOf = (text) => {
  const [lon, lat, metres] = text.split(",").map(Number);
  return text ? { lon, lat, accuracy: metres } : null;
};
const was = box && placeOf(box.dataset.was);
const first = position && { position: position.value, datum: datum.value, accuracy: accuracy?.value };
let at = null;
let asked = 0;

const metres = () => {
  const number = Number.parseFloat(accuracy?.value);
  return number > 0 && Number.isFinite(number) ? number : 0;
};
const far = (distance) => (distance < 995 ? say("exchange.metres", { value: Math.round(distance) }) : metresText(distance));

function show(look = false) {
  const detail = { at, was, movable: Boolean(position) && !position.matches(":disabled"), look };
  document.dispatchEvent(new CustomEvent("redtrails:pin", { detail }));
  if (back) back.hidden = position.value === first.position && accuracy?.value === first.accuracy;
}

function tell(text, ...more) {
  said.textContent = [text, ...more].filter(Boolean).join(" ");
}

// How far the pin stands from where the record lies in the version the form was opened on.
function moved() {
  const distance = at && was ? metresBetween(at, was) : 0;
  return distance >= 1 ? say("staff.pin.moved", { distance: far(distance) }) : "";
}

function fill(values) {
  for (const [input, value] of [[position, values.position], [datum, values.datum], [accuracy, values.accuracy]]) {
    if (!input || value === undefined || input.value === value) continue;
    input.value = value;
    // Whoever listens to what is typed hears of it, too; this script need not.
    input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "pin" }));
  }
}

// What the fields say, read as saving will read it.
async function read(look) {
  const mine = asked += 1;
  const text = position.value.trim();
  if (!text) {
    at = null;
    tell("");
    show();
    return;
  }
  const query = new URLSearchParams({ text, datum: datum.value, lang: lang() });
  const address = new URL(box.dataset.pin, location.href);
  const answer = await fetch(`${address.pathname}?${query}`).catch(() => null);
  const found = answer && (answer.ok || answer.status === 422) ? await answer.json() : null;
  if (mine !== asked) return;
  if (!found) tell(say("staff.pin.unheard"));
  else if (found.wrong) tell(found.wrong);
  else {
    at = { lon: found.lon, lat: found.lat, accuracy: metres() };
    tell(datum.value === "wgs84" ? "" : say("staff.pin.converted", { position: `${found.lon}, ${found.lat}` }), moved());
    show(look);
  }
}

async function take(file) {
  const found = await positionOf(file);
  if (!found) {
    tell(say("staff.pin.photo-none"));
    return;
  }
  at = { lon: found.lon, lat: found.lat, accuracy: found.accuracy ? Math.ceil(found.accuracy) : metres() };
  fill({
    position: `${found.lon.toFixed(6)}, ${found.lat.toFixed(6)}`, datum: "wgs84",
    accuracy: found.accuracy ? String(Math.ceil(found.accuracy)) : undefined,
  });
  const source = field("position_source");
  if (source) source.value = say("staff.pin.photo-source", { date: found.taken }).trim();
  const basis = field("position_basis");
  if (basis) basis.value = "sourced";
  show(true);
  tell(
    say("staff.pin.photo-read"), say(WGS84.test(found.datum) ? "staff.pin.photo-wgs84" : found.datum
      ? "staff.pin.photo-other" : "staff.pin.photo-unsaid", { datum: found.datum }),
    found.accuracy ? "" : say("staff.pin.photo-unsure"), moved(),
  );
}

function listen() {
  const readSoon = settled(read, WAIT);
  for (const input of [position, datum]) {
    input.addEventListener("input", (event) => {
      if (event.detail !== "pin") readSoon(true);
    });
  }
  accuracy?.addEventListener("input", (event) => {
    if (event.detail === "pin") return;
    if (at) at = { ...at, accuracy: metres() };
    show();
  });
  document.addEventListener("redtrails:pinned", ({ detail }) => {
    at = detail;
    asked += 1; // an answer that is under way tells of an older place
    fill({
      position: `${detail.lon.toFixed(6)}, ${detail.lat.toFixed(6)}`, datum: "wgs84",
      accuracy: detail.accuracy ? String(Math.round(detail.accuracy)) : undefined,
    });
    back.hidden = false;
    tell(say("staff.pin.at", { position: position.value }), moved());
  });
  back.addEventListener("click", () => {
    fill(first);
    read(true);
    position.focus();
  });
  box.querySelector("[data-photo]").addEventListener("change", (event) => {
    if (event.target.files[0]) take(event.target.files[0]);
    event.target.value = "";
  });
}

if (position) {
  listen();
  read(true);
} else if (box) {
  at = placeOf(box.dataset.at);
  show(true);
  tell(moved(), at && was && at.accuracy !== was.accuracy ? say("staff.pin.accuracy", { before: far(was.accuracy), after: far(at.accuracy) }) : "");
}
