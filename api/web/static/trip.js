// The field trip: shorter addresses, a filter over the sites, printing. All of it works without.
const form = document.querySelector("[data-trip]");

// A field that says nothing has no place in an address that is shared and printed.
form?.addEventListener("submit", (event) => {
  for (const field of form.elements) {
    const silent = !field.value || (field.name === "level" && event.submitter?.type !== "image");
    if (field.name && silent && field.type !== "image") field.disabled = true;
  }
});
addEventListener("pageshow", () => {
  for (const field of form?.elements ?? []) field.disabled = false;
});

const filter = document.querySelector("[data-filter]");
filter?.addEventListener("input", () => {
  const wanted = filter.value.trim().toLowerCase();
  for (const group of document.querySelectorAll("[data-district]")) {
    let shown = 0;
    for (const label of group.querySelectorAll("[data-name]")) {
      label.hidden = !label.dataset.name.toLowerCase().includes(wanted);
      shown += label.hidden ? 0 : 1;
    }
    group.hidden = shown === 0;
  }
});
filter?.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());

document.querySelector("[data-print]")?.addEventListener("click", () => print());

// "Where I am": asked of the browser on a click only, and put into the field of coordinates.
const here = document.querySelector("[data-here]");
here?.addEventListener("click", () => {
  const said = document.querySelector("[data-here-said]");
  const failed = () => (said.textContent = here.dataset.failed);
  if (!navigator.geolocation) return failed();
  said.textContent = here.dataset.asking;
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    form.elements.at.value = `${coords.longitude.toFixed(5)},${coords.latitude.toFixed(5)}`;
    form.elements.near.value = "";
    form.elements.datum.value = "";
    said.textContent = here.dataset.found.replace("{metres}", Math.round(coords.accuracy));
  }, failed, { enableHighAccuracy: true, timeout: 15000 });
});

// What is wrong may stand in a part of the form that is folded: a link to it opens it.
addEventListener("hashchange", () => {
  const field = document.getElementById(location.hash.slice(1));
  for (let part = field?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  field?.focus();
});

// The roll: names go from this field into the cells beside it, and nowhere else. They are not
// sent, not stored, and gone with the page.
const roll = document.querySelector("[data-roll]");
roll?.addEventListener("input", () => {
  const names = roll.value.split("\n").map((name) => name.trim()).filter(Boolean);
  // The first table of the part counts heads; those after it hold a line for each pupil.
  const [, ...tables] = document.querySelectorAll("#roll .pack-table");
  const cells = tables.flatMap((table) => [...table.querySelectorAll("tbody tr > td:nth-child(2)")]);
  cells.forEach((cell, number) => (cell.textContent = names[number] ?? ""));
  const more = names.length - cells.length;
  document.querySelector("[data-roll-said]").textContent =
    more > 0 ? roll.dataset.more.replace("{count}", more) : "";
});
