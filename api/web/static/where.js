// Where a day starts or ends: found by name, clicked on the map, or where the visitor is. All of it
// only fills the field of the form; the position goes nowhere else.
import { lang, say, settled, sitesNamed, toast } from "./app.js";
import { locate, refusal } from "./place.js";

const WAIT = 150; // milliseconds after the last key
const MOST = 8;
let picking = null; // the tools that wait for a click on the map

function choose(tools, lon, lat, name) {
  const field = tools.parentElement.querySelector("select");
  const value = `${Number(lon.toFixed(5))},${Number(lat.toFixed(5))}`;
  if (![...field.options].some((one) => one.value === value)) field.add(new Option(name, value), 1);
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  toast(say("page.plan.where.chosen", { name }));
  field.focus({ preventScroll: true });
}

function stopPicking() {
  picking?.querySelector("[data-pick]").setAttribute("aria-pressed", "false");
  document.querySelector(".map")?.classList.remove("is-picking");
  picking = null;
}

function pick(tools) {
  const again = picking === tools;
  stopPicking();
  if (again) return;
  picking = tools;
  tools.querySelector("[data-pick]").setAttribute("aria-pressed", "true");
  const map = document.querySelector(".map");
  map.classList.add("is-picking");
  map.scrollIntoView({ block: "nearest" });
  toast(say("page.plan.where.click"));
}

async function here(tools) {
  toast(say("page.follow.say.locating"));
  try {
    const { lon, lat } = await locate();
    choose(tools, lon, lat, say("page.plan.where.here"));
  } catch (error) {
    toast(error?.code === 1 ? say("page.plan.where.denied") : refusal(error));
  }
}

// Places the field offers, then sites by the search of the service (Chinese, pinyin, English).
async function found(tools, text) {
  const wanted = text.toLowerCase();
  const places = [...tools.parentElement.querySelectorAll("select option")]
    .filter((one) => one.value.includes(",") && one.textContent.toLowerCase().includes(wanted))
    .map((one) => ({ name: one.textContent, at: one.value.split(",").map(Number) }));
  const sites = (await sitesNamed(text, MOST) ?? []).map(({ properties, geometry }) => ({
    name: (lang() === "en" && properties.name_en) || properties.name_zh, at: geometry.coordinates,
  }));
  return [...places, ...sites].slice(0, MOST);
}

function search(tools) {
  const field = tools.querySelector("input");
  const list = tools.querySelector("ul");
  field.addEventListener("input", settled(async () => {
    const text = field.value.trim();
    const rows = text ? await found(tools, text) : [];
    if (field.value.trim() !== text) return;
    list.replaceChildren(...rows.map(({ name, at }) => {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet" });
      button.textContent = name;
      button.addEventListener("click", () => {
        field.value = "";
        list.replaceChildren();
        choose(tools, at[0], at[1], name);
      });
      const item = document.createElement("li");
      item.append(button);
      return item;
    }));
  }, WAIT));
  // The names of a search are no part of the plan, and Enter does not send it.
  field.addEventListener("change", (event) => event.stopPropagation());
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("button")?.click();
  });
}

for (const tools of document.querySelectorAll("[data-where]")) {
  tools.querySelector("[data-here]").addEventListener("click", () => here(tools));
  const button = tools.querySelector("[data-pick]");
  button.hidden = !document.querySelector(".map");
  button.addEventListener("click", () => pick(tools));
  search(tools);
}
document.addEventListener("redtrails:clicked", ({ detail: { lon, lat } }) => {
  if (!picking) return;
  const tools = picking;
  stopPicking();
  choose(tools, lon, lat, say("page.plan.custom-point", { lon: lon.toFixed(4), lat: lat.toFixed(4) }));
});
document.addEventListener("keydown", (event) => event.key === "Escape" && stopPicking());
