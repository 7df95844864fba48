// A note's @: colleagues' names to choose from. Who types on is left alone; the list only offers.
const MOST = 6;
let at = 0;

const list = () => document.querySelector("#names");
const offered = () => [...list().querySelectorAll("[role=option]:not([hidden])")];

function begun(box) {
  // The place after an @ that begins a word, and what was written since; null where no name is being written.
  const before = box.value.slice(0, box.selectionStart);
  const place = before.lastIndexOf("@");
  if (place < 0 || /[\p{L}\p{N}]/u.test(before[place - 1] ?? "")) return null;
  const written = before.slice(place + 1);
  return /[\n@]/.test(written) ? null : { place: place + 1, written: written.toLowerCase() };
}

function close(box) {
  list().hidden = true;
  box.removeAttribute("aria-activedescendant");
}

function mark(box) {
  offered().forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
  box.setAttribute("aria-activedescendant", offered()[at].id);
}

function offer(box) {
  const name = begun(box);
  let left = name ? MOST : 0;
  list().querySelectorAll("[role=option]").forEach((option) => {
    const known = option.textContent.toLowerCase();
    option.hidden = !left || known === name.written || !known.split(/\s+/).some((_, word, words) => words.slice(word).join(" ").startsWith(name.written));
    if (!option.hidden) left -= 1;
  });
  at = 0;
  if (!offered().length) return close(box);
  list().hidden = false;
  mark(box);
}

function take(box, option) {
  const name = begun(box);
  box.setRangeText(`${option.textContent} `, name.place, name.place + name.written.length, "end");
  close(box);
  box.focus();
}

document.addEventListener("input", (event) => { if (event.target.id === "note" && list()) offer(event.target); });
document.addEventListener("focusout", (event) => { if (event.target.id === "note" && list()) close(event.target); });
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest?.("#names [role=option]");
  if (!option) return;
  event.preventDefault(); // the caret stays in the note
  take(document.querySelector("#note"), option);
});
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "note" || !list() || list().hidden || event.isComposing) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (step) at = (at + step + offered().length) % offered().length;
  else if ((event.key === "Enter" || event.key === "Tab") && plain) take(event.target, offered()[at]);
  else if (event.key === "Escape") close(event.target);
  else return;
  event.preventDefault();
  event.stopImmediatePropagation(); // Escape would leave the conversation
  if (step) mark(event.target);
});
