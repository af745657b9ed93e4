// The passport: which sites have a stamp, by this browser's own memory.
import { lang, say, toast } from "./app.js";
import { locate, metresText, refusal } from "./place.js";
import { keepShell } from "./shelf.js";
import { clear, exported, imported, isThere, judge, progress, stamp, stamps } from "./stamps.js";

const OTHERS = document.querySelector("[data-others]");
const said = document.querySelector("[data-said]");
const candidates = document.querySelector("[data-candidates]");
const slots = new Map([...document.querySelectorAll("[data-slot]")].map((node) => [node.dataset.slot, {
  node, id: node.dataset.slot, zh: node.dataset.zh, en: node.dataset.en, name: node.dataset.name,
  lon: Number(node.dataset.lon), lat: Number(node.dataset.lat), accuracy: Number(node.dataset.accuracy),
}]));

function howText(one) {
  if (one.how === "code") return say("page.passport.say.by-code");
  const key = one.site_m > 500 ? "page.passport.say.by-area" : "page.passport.say.by-position";
  return say(key, { radius: metresText(one.site_m), fix: metresText(one.fix_m) });
}

function noteText(one) {
  const day = new Intl.DateTimeFormat(lang(), { dateStyle: "medium", timeZone: "Asia/Shanghai" }).format(new Date(one.time));
  return `${day} · ${howText(one)}`;
}

// A stamp of a site that the catalogue does not have (any more): by the name it was made under.
function other(one) {
  const item = document.createElement("li");
  item.className = "stamp is-stamped";
  item.dataset.slot = one.site;
  const [name, note] = ["stamp-name", "stamp-note"].map((kind) => Object.assign(document.createElement("span"), { className: kind }));
  name.textContent = (lang() === "en" && one.name_en) || one.name_zh;
  note.textContent = noteText(one);
  item.append(name, note);
  return item;
}

function show() {
  const held = stamps();
  for (const { node } of slots.values()) {
    node.classList.remove("is-stamped");
    node.querySelector("[data-note]").textContent = "";
  }
  for (const one of held) {
    const slot = slots.get(one.site);
    if (!slot) continue;
    slot.node.classList.add("is-stamped");
    slot.node.querySelector("[data-note]").textContent = noteText(one);
  }
  OTHERS.replaceChildren(...held.filter((one) => !slots.has(one.site)).map(other));
  for (const group of document.querySelectorAll("[data-group]")) group.classList.toggle("has-none", !group.querySelector(".is-stamped"));
  for (const node of document.querySelectorAll("[data-progress]")) {
    const { done, all } = progress(node);
    node.querySelector("progress").value = done;
    node.querySelector("[data-count]").textContent = say("page.passport.say.progress", { done, all });
  }
  document.querySelector("[data-empty]").hidden = held.length > 0;
}

function tell(text) {
  said.textContent = text;
}

function give(site, how, fix) {
  const found = stamp(site, how, fix);
  const key = { new: "page.passport.say.stamped", known: "page.passport.say.known", unkept: "page.follow.say.unkept" }[found];
  tell(say(key, { name: site.name }));
  show();
  slots.get(site.id).node.scrollIntoView({ block: "nearest" });
}

// A site to choose where several could be meant, or where only an area is known.
function candidate({ site, found }, fix) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  const key = found.verdict === "area" ? "page.passport.say.choose-area" : "page.passport.say.choose";
  button.textContent = say(key, { name: site.name, distance: metresText(found.metres), radius: metresText(site.accuracy) });
  button.addEventListener("click", () => {
    candidates.replaceChildren();
    give(site, "position", fix);
  });
  item.append(button);
  return item;
}

async function hereIAm() {
  tell(say("page.follow.say.locating"));
  candidates.replaceChildren();
  let fix;
  try {
    fix = await locate();
  } catch (error) {
    tell(refusal(error));
    return;
  }
  const judged = [...slots.values()].map((site) => ({ site, found: judge(fix, site) }));
  judged.sort((a, b) => a.found.metres - b.found.metres);
  if (!judged.length) return;
  if (judged[0].found.verdict === "coarse") {
    tell(say("page.passport.say.coarse", { fix: metresText(fix.accuracy) }));
    return;
  }
  const there = judged.filter(({ found }) => isThere(found));
  const sure = there.filter(({ found }) => found.verdict === "inside");
  if (there.length === 1 && sure.length === 1) give(sure[0].site, "position", fix);
  else if (there.length) {
    tell(say("page.passport.say.which"));
    candidates.replaceChildren(...[...sure, ...there.filter((one) => !sure.includes(one))].map((one) => candidate(one, fix)));
  } else {
    const { site, found } = judged[0];
    tell(say("page.passport.say.far", { name: site.name, distance: metresText(found.metres) }));
  }
}

// Opened by the code at a site's door. The address forgets it, so that a reload stamps nothing.
function byCode() {
  const query = new URLSearchParams(location.search);
  const id = query.get("stamp");
  if (id === null) return;
  query.delete("stamp");
  history.replaceState(null, "", location.pathname + (query.size ? `?${query}` : ""));
  const site = slots.get(id);
  if (site) give(site, "code");
  else tell(say("page.passport.say.unknown"));
}

document.querySelector("[data-locate]").addEventListener("click", hereIAm);
document.querySelector("[data-print]").addEventListener("click", () => print());
document.querySelector("[data-export]").addEventListener("click", () => {
  const url = URL.createObjectURL(new Blob([exported()], { type: "application/json" }));
  Object.assign(document.createElement("a"), { href: url, download: "red-trails-passport.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
});
document.querySelector("[data-import]").addEventListener("change", async ({ currentTarget: field }) => {
  const [file] = field.files;
  field.value = "";
  if (!file) return;
  const count = imported(await file.text());
  toast(count === null ? say("page.passport.say.not-imported") : say("page.passport.say.imported", { count }));
  show();
});
const sure = document.querySelector("[data-sure]");
document.querySelector("[data-clear]").addEventListener("click", () => sure.showModal());
sure.addEventListener("close", () => {
  if (sure.returnValue !== "yes") return;
  clear();
  tell("");
  show();
});

show();
byCode();
await keepShell();
