// The tours this phone keeps: what each holds, and a way to let it go.
import { lang, say, toast } from "./app.js";
import { able, forget, keepShell, sizeText, tours } from "./shelf.js";

const list = document.querySelector("[data-tours]");
const sample = document.querySelector("template");
const status = document.querySelector("[data-state]");

function row(tour) {
  const item = sample.content.firstElementChild.cloneNode(true);
  const link = item.querySelector("a");
  link.href = tour.addresses[lang()];
  link.textContent = tour.titles[lang()];
  const day = new Intl.DateTimeFormat(lang(), { dateStyle: "full", timeZone: "UTC" }).format(new Date(tour.date));
  const saved = new Intl.DateTimeFormat(lang(), { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" }).format(new Date(tour.saved));
  item.querySelector("[data-when]").textContent = day;
  const held = item.querySelector("[data-bytes]");
  held.textContent = say("page.follow.say.kept", { time: saved, size: sizeText(tour.bytes, lang()) });
  held.dataset.bytes = tour.bytes;
  const button = item.querySelector("button");
  button.setAttribute("aria-label", say("page.follow.say.forget-name", { name: tour.titles[lang()] }));
  button.addEventListener("click", async () => {
    await forget(tour.address);
    toast(say("page.follow.say.forgotten"));
    await show();
    status.focus();
  });
  return item;
}

async function show() {
  const found = able ? await tours() : [];
  list.replaceChildren(...found.map(row));
  const sum = found.reduce((total, one) => total + one.bytes, 0);
  if (!able) status.textContent = say("page.follow.say.unable");
  else if (found.length) status.textContent = say("page.follow.say.sum", { count: found.length, size: sizeText(sum, lang()) });
  else status.textContent = say("page.follow.say.none");
  document.querySelector("[data-none]").hidden = found.length > 0;
}

if (new URLSearchParams(location.search).has("missing")) document.querySelector("[data-missing]").hidden = false;
await show();
await keepShell();
