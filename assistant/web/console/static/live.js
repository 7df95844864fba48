// What the stream says about rows and people on this page; counts and news are swapped in by htmx itself.
const HEARTBEAT_MS = 10000;
let typedAt = 0;

function refresh(ids) {
  const talk = document.querySelector(".talk[data-conversation]");
  if (talk && ids.includes(talk.dataset.conversation)) htmx.trigger("#status", "refresh");
  const view = location.pathname.startsWith("/queue/") ? location.pathname.slice(7) : "waiting";
  ids.forEach((id) => {
    const row = document.getElementById(`row-${id}`);
    if (row) htmx.ajax("GET", `/rows/${id}?view=${view}`, { target: row, swap: "outerMorph" });
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
document.addEventListener("htmx:after:swap", (event) => { if (event.target === document.body) { typedAt = 0; here(); } });
setInterval(here, HEARTBEAT_MS);
here();

setInterval(() => {
  document.querySelectorAll(".toast[data-until]").forEach((toast) => {
    const left = Math.round((Date.parse(toast.dataset.until) - Date.now()) / 1000);
    if (left <= 0) toast.remove();
    else toast.querySelector("[data-left]").textContent = left;
  });
}, 500);
