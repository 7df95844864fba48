// Single keys, Gmail's grammar. Never while writing, never where they are switched off.
import { openPalette } from "./palette.js";

const rows = () => [...document.querySelectorAll(".queue .row")];
const link = (row) => row.querySelector("a");
const current = () => rows().find((row) => row.contains(document.activeElement)) ?? document.querySelector(".row.here");
const LEADER_MS = 2000;
let leader = 0;
let star = 0;

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  stand(all[Math.min(all.length - 1, Math.max(0, at + step))]);
}

function stand(on) {
  rows().forEach((row) => row.classList.toggle("here", row === on));
  link(on).focus();
}

// Who comes back from a conversation, or did something to many, stands on the row again, or on the one that took its place.
let opened = null;
const leave = (row) => { if (row) opened = { id: row.id, at: rows().indexOf(row) }; };
document.addEventListener("click", (event) => leave(event.target.closest?.(".queue .row a")?.parentElement));
document.addEventListener("submit", (event) => { if (event.target.closest?.("#preview, .toasts")) leave(current()); }, true);
// Who searched reads what was found: the keys are the list's again.
document.addEventListener("submit", (event) => { if (event.target.contains(document.querySelector("#search:focus"))) document.activeElement.blur(); });
// Who walked on from conversation to conversation comes back to the one they are in.
document.addEventListener("click", (event) => {
  const step = Number(event.target.closest?.(".along a")?.dataset.step ?? 0);
  if (opened) opened.at = Math.max(0, opened.at + step);
});
function arrive() {
  const all = rows();
  const talk = document.querySelector(".talk[data-conversation]");
  if (talk) opened = { id: `row-${talk.dataset.conversation}`, at: opened?.at ?? -1 };
  if (!opened || !all.length) return;
  const row = document.getElementById(opened.id) ?? all[Math.min(opened.at, all.length - 1)];
  opened = null;
  if (row) stand(row);
}
document.addEventListener("htmx:after:swap", (event) => { if (event.detail.ctx?.target === document.body) arrive(); });
arrive();

const chosen = () => document.querySelectorAll(".row > input:checked").length;
function tally() {
  const place = document.querySelector("[data-selected]");
  if (place) place.textContent = `${chosen()} selected`;
}

let lone = false; // a key on the row one is on does it at once: one key takes it back
function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return false;
  lone = Boolean(target.closest(".bulk")) && !chosen();
  if (lone) {
    if (!current()) return false;
    current().querySelector("input").checked = true;
    tally();
  }
  if (target.tagName === "DETAILS") {
    target.open = true;
    target.querySelector("input:not([type=hidden]), form button, .drop button")?.focus();
  } else target.click();
  return true;
}

function focus(selector) {
  const target = document.querySelector(selector);
  if (target?.selectionEnd === 0) target.setSelectionRange(target.value.length, target.value.length); // nobody has been in it: go on where it ends
  target?.focus();
  target?.scrollIntoView({ block: "nearest" });
  return Boolean(target);
}

// What will happen is read, and confirmed, where it stands.
document.addEventListener("htmx:after:swap", (event) => {
  if (!event.target.closest?.("#bulk")) return;
  document.querySelectorAll(".bulk details[open]").forEach((menu) => { menu.open = false; });
  if (lone && document.querySelector("#preview .primary")) document.querySelector("#preview .primary").click();
  else focus("#preview .primary");
  lone = false;
});
document.addEventListener("change", (event) => { if (event.target.matches(".row > input")) tally(); });

// By the page's own links: a page that is swapped in keeps listening to keys, a page that is loaded is deaf for a moment.
const go = { q: "/queue/waiting", d: "/centre", r: "/robot", k: "/knowledge", t: "/quality", s: "/settings" };
const visit = (path) => document.querySelector(`.side a[href="${path}"]`)?.click();

const keys = {
  j: () => (rows().length ? move(1) : press("j")),
  k: () => (rows().length ? move(-1) : press("k")),
  o: () => current() && link(current()).click(),
  u: () => document.querySelector(".up")?.click(),
  r: () => focus("#text") || press("r"),
  n: () => focus("#note"),
  "/": () => focus("#search"),
  x: () => current()?.querySelector("input")?.click(),
  "?": () => document.querySelector("#sheet").showModal(),
  g: (event) => { leader = event.timeStamp; },
  "*": (event) => { star = event.timeStamp; },
};

document.addEventListener("click", (event) => { if (event.target.closest?.('[data-open="sheet"]')) keys["?"](); });

function send(next) {
  const form = document.querySelector("#editor");
  if (!form) return;
  form.elements.then.value = next ? "next" : "list";
  if (next) document.activeElement.blur(); // the caret would stand in the next customer's draft, and keys would write into it
  form.requestSubmit(form.querySelector("[data-send]"));
}

// Whoever writes somewhere else (a note, a wish) finishes that: a draft nobody looks at must not go out with it.
function finish(event) {
  const own = event.target.closest("textarea, input")?.form;
  if (!own || own.id === "editor") { send(event.shiftKey); return; }
  event.target.blur(); // what is kept is done with: the keys are the page's again
  own.requestSubmit();
}

function escape(event) {
  const menu = document.querySelector("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); return; }
  const asked = document.querySelector("#preview .sheet");
  if (asked) { asked.remove(); if (current()) link(current()).focus(); return; }
  if (event.target.matches("input, textarea, select")) event.target.blur();
  else keys.u();
}

// Arrows walk the menu they are in, and open the one whose name has the focus; a list and a text keep theirs.
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = event.target.closest("details.menu");
  if (!step || !menu || event.target.matches("select, textarea")) return false;
  menu.open = true;
  const all = [...menu.querySelectorAll("a, button, select, textarea, input:not([type=hidden])")];
  const at = all.indexOf(event.target);
  all.at(at < 0 && step < 0 ? -1 : (at + step) % all.length)?.focus();
  return true;
}

function handle(event) {
  const mod = event.ctrlKey || event.metaKey;
  if (mod && event.key === "Enter") { event.preventDefault(); finish(event); return; }
  if (mod && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
  if (mod || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") { escape(event); return; }
  if (walk(event)) { event.preventDefault(); return; }
  if (document.documentElement.dataset.keys === "off") return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select") || event.target.isContentEditable) return;
  const led = leader && event.timeStamp - leader < LEADER_MS;
  const starred = star && event.timeStamp - star < LEADER_MS;
  leader = star = 0;
  if (starred && event.key === "a") { document.querySelectorAll(".row > input").forEach((box) => { box.checked = true; }); tally(); return; }
  if (led && go[event.key]) { visit(go[event.key]); return; }
  const action = keys[event.key];
  if (action) { event.preventDefault(); action(event); return; }
  if (/^[aAebzlRX!1-6]$/.test(event.key) && press(event.key)) event.preventDefault();
}

// A page has its address before it has its content. Until that stands, keys that move or undo wait, and those that act are
// lost: they would act on what nobody has seen.
const MOVES = /^[jkounrgdtsqz?/*]$/;
const LONGEST_MS = 4000;
let coming = null;
let waiting = [];

function arrived() {
  coming = null;
  waiting.splice(0).forEach(handle);
}

document.addEventListener("htmx:after:history:update", (event) => {
  const source = coming = event.detail.sourceElement;
  setTimeout(() => { if (coming === source) arrived(); }, LONGEST_MS);
});
document.addEventListener("htmx:finally:swap", (event) => { if (event.detail.ctx.sourceElement === coming) arrived(); });
document.addEventListener("keydown", (event) => {
  if (!coming || event.target.matches("input, textarea, select") || document.querySelector("dialog[open]")) { handle(event); return; }
  const moves = event.ctrlKey || event.metaKey ? event.key.toLowerCase() === "k" : MOVES.test(event.key);
  if (moves) { event.preventDefault(); waiting.push(event); }
});

let last = null;
document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".row > input");
  if (!box) return;
  const all = rows().map((row) => row.querySelector("input"));
  if (event.shiftKey && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    all.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
    tally();
  }
  last = box;
});
