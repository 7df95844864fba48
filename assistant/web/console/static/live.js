// What the stream says about rows and people on this page; counts and news are swapped in by htmx itself.
import { say } from "./said.js";

const HEARTBEAT_MS = 10000;
let typedAt = 0;

function refresh(ids) {
  const talk = document.querySelector(".talk[data-conversation]");
  if (talk && ids.includes(talk.dataset.conversation)) htmx.trigger("#status", "refresh");
  const back = document.querySelector(".queue")?.dataset.back ?? "";
  ids.forEach((id) => {
    const row = document.getElementById(`row-${id}`);
    if (row) htmx.ajax("GET", `/rows/${id}?${new URLSearchParams({ back })}`, { target: row, swap: "outerMorph" });
  });
}

function gather(people) {
  const by = new Map();
  people.forEach(([id, agent, typing]) => by.set(id, [...(by.get(id) ?? []), `${agent} is ${typing ? "typing" : "here"}`]));
  document.querySelectorAll("[data-who]").forEach((place) => { place.textContent = (by.get(place.dataset.who) ?? []).join(", "); });
}

function read(event) {
  try { return JSON.parse(event.detail.data); } catch { return []; }
}

document.addEventListener("changed", (event) => refresh(read(event)));
document.addEventListener("presence", (event) => gather(read(event)));
document.addEventListener("click", (event) => { if (event.target.closest?.("[data-reload]")) location.reload(); });

function here() {
  const talk = document.querySelector(".talk[data-conversation]");
  if (!talk || document.hidden) return;
  const typing = Date.now() - typedAt < HEARTBEAT_MS;
  fetch(`/conversations/${talk.dataset.conversation}/here`, { method: "POST", body: new URLSearchParams({ typing }) }).catch(() => {});
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "text") return;
  const fresh = Date.now() - typedAt > HEARTBEAT_MS;
  typedAt = Date.now();
  if (fresh) here();
});
document.addEventListener("htmx:after:swap", (event) => { if (event.detail.ctx?.target === document.body) { typedAt = 0; here(); } });
setInterval(here, HEARTBEAT_MS);
here();

// On a phone the views and rooms are one line each: the one somebody is in is never beyond its edge.
function showWhere() {
  document.querySelectorAll(".side nav").forEach((nav) => {
    const at = nav.querySelector("[aria-current]");
    if (at) nav.scrollLeft = at.offsetLeft + at.offsetWidth - nav.offsetLeft - nav.clientWidth + 8;
  });
}
document.addEventListener("htmx:after:swap", (event) => { if (event.detail.ctx?.target === document.body) showWhere(); });
showWhere();

// Who asked and got no answer is told; what htmx gives up itself isn't worth a word. Nothing of the page is swapped then,
// so that what was written stays; who goes to another page loads it, and reads there what happened.
const SILENT = "No answer from the desk. What you wrote is still here: try again.";
const FAILED = "The desk failed at this; its log says why. What you wrote is still here: look whether it was done, then try again.";
const silence = () => document.querySelector(".toast[data-silent]");
function tell(said) {
  silence()?.remove();
  const told = document.createElement("p");
  told.className = "toast";
  told.dataset.silent = "";
  told.textContent = said;
  document.querySelector(".toasts").append(told);
  say(said);
}
document.addEventListener("htmx:error", (event) => { if (event.detail.ctx && event.detail.error?.name !== "AbortError") tell(SILENT); });
document.addEventListener("htmx:after:request", (event) => {
  const { response, sourceElement, request } = event.detail.ctx;
  if (response.status < 500) silence()?.remove();
  else if (sourceElement.matches("a[href]")) location.assign(request.action);
  else tell(FAILED);
});

// What answers a form at once (a refusal, a crash) is no page of its own: whoever loads it again is where they wrote.
document.addEventListener("htmx:before:history:update", (event) => {
  const { response, sourceElement } = event.detail;
  const form = sourceElement.form ?? sourceElement;
  if (!response.raw.redirected && form.method === "post") event.preventDefault();
});

// How promises stand: the server counts, as it knows when desks are open. One that breaks is told once.
const COUNT_MS = 30000;
function show(place, promise) {
  const time = place.querySelector("time");
  if (!time || !promise.text) return false;
  const broke = promise.tone === "late" && !place.classList.contains("late");
  place.className = `due ${promise.tone}`;
  time.textContent = promise.text + ("left" in place.dataset && promise.tone !== "late" ? " left" : "");
  return broke;
}

async function count() {
  const places = [...document.querySelectorAll("[data-due]")];
  if (!places.length || document.hidden) return;
  const answer = await fetch(`/due?${new URLSearchParams(places.map((place) => ["of", place.dataset.due]))}`).catch(() => null);
  if (!answer?.ok) return;
  const promises = await answer.json();
  const broken = places.filter((place) => promises[place.dataset.due] && show(place, promises[place.dataset.due]));
  const names = broken.map((place) => place.closest(".row")?.querySelector(".from b").textContent).filter(Boolean);
  const told = document.querySelector("#late");
  if (told && names.length) told.textContent = names.length > 3 ? `${names.length} promises are broken.` : names.map((name) => `The promise to ${name} is broken.`).join(" ");
}
setInterval(count, COUNT_MS);

setInterval(() => {
  document.querySelectorAll(".toast[data-until]").forEach((toast) => {
    const left = Math.round((Date.parse(toast.dataset.until) - Date.now()) / 1000);
    if (left <= 0) toast.remove();
    else toast.querySelector("[data-left]").textContent = left;
  });
}, 500);
