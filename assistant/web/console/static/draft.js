// A draft shown while a model writes it. Without script the form does the same, only silently.
import { forget } from "./unsent.js";

async function* said(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const [name, data] = block.split("\n").map((line) => line.slice(line.indexOf(" ") + 1));
      yield { name, data: JSON.parse(data) };
    }
  }
}

async function write(form) {
  const button = form.querySelector("button");
  button.disabled = true;
  let ended = false;
  try {
    const answer = await fetch(form.dataset.live, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.ok) {
      for await (const { name, data } of said(answer)) {
        if (name === "preview") form.querySelector("output").textContent = data.text;
        ended ||= name === "draft";
      }
    }
  } catch {
    ended = false;
  }
  if (!ended) return form.submit();
  forget(document.querySelector("#text")); // they wished for another draft, and here it is
  const there = new URL(location);
  there.searchParams.set("what", "redrafted");
  location.assign(there);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches?.("form[data-live]")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  write(event.target);
}, true);
