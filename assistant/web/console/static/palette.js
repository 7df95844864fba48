// Ctrl+K: every view, room and button of the page by name.
const dialog = () => document.querySelector("#palette");
let shown = [];
let at = 0;

function commands() {
  const found = [];
  document.querySelectorAll(".side nav a").forEach((a) => found.push({ name: a.dataset.command ?? a.textContent.trim(), run: () => a.click() }));
  document.querySelectorAll("main button[data-key], main summary, main [data-send], .toasts button").forEach((button) => {
    const label = button.cloneNode(true);
    label.querySelectorAll("kbd").forEach((key) => key.remove());
    const name = label.textContent.trim().slice(0, 60);
    if (name) found.push({ name, run: () => (button.tagName === "SUMMARY" ? (button.parentElement.open = true) : button.click()) });
  });
  document.querySelectorAll(".rooms button, .machine button").forEach((button) => found.push({ name: button.dataset.command ?? button.textContent.trim(), run: () => button.click() }));
  return found;
}

function draw() {
  const box = dialog();
  const input = box.querySelector("input");
  const words = input.value.toLowerCase().split(/\s+/);
  shown = commands().filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  at = Math.min(at, Math.max(0, shown.length - 1));
  box.querySelector("ul").replaceChildren(...shown.map(({ name }, number) => {
    const item = document.createElement("li");
    item.id = `command-${number}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(number === at));
    item.textContent = name;
    item.addEventListener("click", () => run(number));
    return item;
  }));
  input.setAttribute("aria-activedescendant", shown.length ? `command-${at}` : "");
  box.querySelector(`#command-${at}`)?.scrollIntoView({ block: "nearest" });
}

function run(number) {
  const chosen = shown[number];
  dialog().close();
  chosen?.run();
}

export function openPalette() {
  const box = dialog();
  if (!box || box.open) return;
  at = 0;
  box.querySelector("input").value = "";
  box.showModal();
  draw();
}

document.addEventListener("input", (event) => { if (event.target.closest?.("#palette")) { at = 0; draw(); } });
document.addEventListener("click", (event) => { if (event.target.closest?.('[data-open="palette"]')) openPalette(); });
document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.("#palette")) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) { event.preventDefault(); at = (at + step + shown.length) % Math.max(1, shown.length); draw(); }
  if (event.key === "Enter") { event.preventDefault(); run(at); }
});
