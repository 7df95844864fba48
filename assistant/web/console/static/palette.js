// Ctrl+K: every page, and every button of this one, by its name or by what else people call it; else a search of messages.
const dialog = () => document.querySelector("#palette");
let shown = [];
let at = 0;

const HERE = "main button[data-key], main summary, main [data-words], .toasts button";
const ANYWHERE = ".side nav a, #further a, .rooms button, .machine button";

function nameOf(element) {
  const label = element.cloneNode(true);
  label.querySelectorAll("kbd").forEach((key) => key.remove());
  return element.dataset.command ?? label.textContent.trim().slice(0, 60);
}

function act(element) {
  if (element.tagName === "SUMMARY") {
    element.parentElement.open = true;
    element.parentElement.querySelector("input:not([type=hidden]), select, button")?.focus();
  } else if (element.tagName === "TEXTAREA") element.focus();
  else element.click();
}

const parts = (text) => text.toLowerCase().split(/[^\p{L}\p{N}@]+/u).filter(Boolean);
const holds = (text, typed) => typed.every((word) => parts(text).some((part) => part.startsWith(word)));

function commands(written) {
  const typed = parts(written);
  const here = [...document.querySelectorAll(HERE)].filter((element) => element.checkVisibility());
  const anywhere = [...document.querySelectorAll(ANYWHERE)];
  const offered = typed.length ? [...here, ...anywhere] : [...anywhere, ...here]; // Enter on nothing typed does nothing to a conversation
  const all = offered.map((element) => ({ name: nameOf(element), words: element.dataset.words ?? "", run: () => act(element) }));
  const named = all.filter(({ name }) => name && holds(name, typed));
  const meant = all.filter((each) => each.name && !named.includes(each) && holds(`${each.name} ${each.words}`, typed));
  const search = { name: `Search messages for “${written.trim()}”`, run: () => searchFor(written.trim()) };
  return [...named, ...meant, ...(written.trim() ? [search] : [])];
}

function searchFor(words) {
  const form = document.querySelector("#find-messages");
  form.elements.q.value = words;
  form.requestSubmit();
}

function draw() {
  const box = dialog();
  const input = box.querySelector("input");
  shown = commands(input.value);
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
