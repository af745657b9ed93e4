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
