// Unsent words stay in this tab, under who wrote them, until they are sent: pages are swapped for many reasons.
const OURS = "#text, #note, .experts textarea";
const boxes = () => document.querySelectorAll(OURS);
const untouched = (box) => box.dataset.draft ?? "";

function place(box) {
  const talk = document.querySelector(".talk[data-conversation]");
  return [document.querySelector(".who").firstChild.textContent.trim(), box.id, talk.dataset.conversation].join(":");
}

function keep(box) {
  if (box.value === untouched(box)) forget(box);
  else sessionStorage.setItem(place(box), box.value);
}

export function forget(box) {
  sessionStorage.removeItem(place(box));
  if (box.id === "text") document.querySelector("#unsent").hidden = true;
}

function bringBack() {
  boxes().forEach((box) => {
    const words = sessionStorage.getItem(place(box));
    if (words === null || words === box.value) return;
    box.value = words;
    if (box.id !== "text") return;
    document.querySelector("#unsent").hidden = false;
    htmx.trigger(box, "broughtback");
  });
}

document.addEventListener("input", (event) => { if (event.target.matches(OURS)) keep(event.target); });
document.addEventListener("htmx:after:request", (event) => {
  const { response, sourceElement } = event.detail.ctx;
  const form = sourceElement.form ?? sourceElement;
  if (!response.raw.redirected || form.tagName !== "FORM") return; // refused, or about something else
  boxes().forEach((box) => { if (box.form === form) forget(box); });
});
document.addEventListener("htmx:after:swap", (event) => { if (event.detail.ctx?.target === document.body) bringBack(); });
document.addEventListener("DOMContentLoaded", bringBack); // once htmx listens: what stands on what is asked anew
