// The stamps of this visitor, kept in this browser and nowhere else.
import { metresBetween } from "./place.js";

const KEY = "redtrails.stamps";
const FORMAT = 1;
const ID = /^[a-z0-9-]{1,80}$/;
const COARSE_M = 200; // a position known no better than this says nothing of where one stands
const AREA_M = 500; // geo.models.AREA_ACCURACY_M

// Whether a position lies within a site: "inside"; "area": inside the wide circle in which the site is
// only believed to lie; "far"; "coarse": the position itself is too unsure to say.
export function judge(fix, site) {
  const metres = metresBetween(fix, site);
  if (fix.accuracy > COARSE_M) return { verdict: "coarse", metres };
  if (metres > site.accuracy + fix.accuracy) return { verdict: "far", metres };
  return { verdict: site.accuracy > AREA_M ? "area" : "inside", metres };
}

export const isThere = ({ verdict }) => verdict === "inside" || verdict === "area";

function isStamp(one) {
  return typeof one === "object" && one !== null && ID.test(one.site)
    && [one.name_zh, one.name_en].every((name) => typeof name === "string" && name.length <= 300)
    && !Number.isNaN(Date.parse(one.time)) && ["position", "code"].includes(one.how)
    && [one.metres, one.fix_m, one.site_m].every((value) => value === null || (Number.isFinite(value) && value >= 0));
}

export function stamps() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return Array.isArray(kept?.stamps) ? kept.stamps.filter(isStamp) : [];
  } catch {
    return []; // storage is closed or holds something else
  }
}

// Write the stamps: one a site, the earliest. False: this browser keeps nothing.
function write(all) {
  const first = new Map();
  for (const one of [...all].sort((a, b) => Date.parse(a.time) - Date.parse(b.time))) {
    if (!first.has(one.site)) first.set(one.site, one);
  }
  try {
    localStorage.setItem(KEY, JSON.stringify({ format: FORMAT, stamps: [...first.values()] }));
    return true;
  } catch {
    return false;
  }
}

// Stamp a site: "new", "known" (it has one already) or "unkept" (this browser keeps nothing).
export function stamp(site, how, fix = null) {
  const held = stamps();
  if (held.some((one) => one.site === site.id)) return "known";
  const made = {
    site: site.id, name_zh: site.zh, name_en: site.en, time: new Date().toISOString(), how,
    metres: fix ? Math.round(metresBetween(fix, site)) : null,
    fix_m: fix ? Math.round(fix.accuracy) : null, site_m: Math.round(site.accuracy),
  };
  return write([...held, made]) ? "new" : "unkept";
}

export function exported() {
  return JSON.stringify({ what: "redtrails.stamps", format: FORMAT, stamps: stamps() }, null, 1);
}

// Add the stamps of an exported file; how many are new, or null: it is no such file.
export function imported(text) {
  try {
    const file = JSON.parse(text);
    if (file.what !== "redtrails.stamps" || file.format !== FORMAT || !file.stamps.every(isStamp)) return null;
    const before = stamps();
    if (!write([...before, ...file.stamps])) return null;
    return stamps().length - before.length;
  } catch {
    return null;
  }
}

export function clear() {
  localStorage.removeItem(KEY);
}

// A list of sites ids written on an element, and how many of them have a stamp.
export function progress(node) {
  const ids = node.dataset.sites.split(",").filter(Boolean);
  const held = new Set(stamps().map((one) => one.site));
  return { done: ids.filter((id) => held.has(id)).length, all: ids.length };
}
