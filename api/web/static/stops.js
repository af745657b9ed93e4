// The stops of a route in the editor: buttons and dragging set the numbers that say their order.
const field = document.querySelector(".stops-editor");
const list = field?.querySelector("ol");
let dragged = null;

function renumber() {
  [...list.children].forEach((row, at) => {
    row.querySelector("input").value = at + 1;
  });
  list.dispatchEvent(new CustomEvent("redtrails:typed", { bubbles: true })); // autosave.js listens
}

function button(label, move) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-quiet";
  made.textContent = move < 0 ? "↑" : "↓";
  made.setAttribute("aria-label", label);
  made.addEventListener("click", () => {
    const row = made.closest("li");
    const other = move < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (move < 0) other.before(row);
    else other.after(row);
    renumber();
    made.focus();
  });
  return made;
}

function equip(row) {
  const moves = document.createElement("span");
  moves.className = "moves";
  // A select takes the mouse for itself: a row is dragged by its grip.
  const grip = document.createElement("span");
  grip.className = "grip";
  grip.setAttribute("aria-hidden", "true");
  grip.textContent = "⠿";
  moves.append(grip, button(field.dataset.up, -1), button(field.dataset.down, 1));
  row.append(moves);
  row.draggable = true;
  row.addEventListener("dragstart", (event) => {
    dragged = row;
    event.dataTransfer.effectAllowed = "move";
    row.classList.add("is-dragged");
  });
  row.addEventListener("dragend", () => {
    row.classList.remove("is-dragged");
    dragged = null;
  });
  row.addEventListener("dragover", (event) => {
    if (!dragged || dragged === row) return;
    event.preventDefault();
    const { top, height } = row.getBoundingClientRect();
    if (event.clientY < top + height / 2) row.before(dragged);
    else row.after(dragged);
    renumber();
  });
}

if (list && !field.closest("fieldset[disabled]")) [...list.children].forEach(equip);
