// The editor: alternatives, wording, reset. Everything that judges the text is on the server.
const text = () => document.querySelector("#text");

function changed(box) {
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
}

let place = null; // where somebody wrote when they went to look for words: a dialog may take the caret away

function put(words, whole) {
  const box = text();
  if (!box) return;
  if (whole) box.value = words;
  else box.setRangeText(words, ...(place ?? [box.selectionStart, box.selectionEnd]), "end");
  place = null;
  changed(box);
}

function openAnswers() {
  const dialog = document.querySelector("#answers");
  if (!dialog || dialog.open) return;
  place = [text().selectionStart, text().selectionEnd];
  dialog.showModal();
  const input = dialog.querySelector("input");
  input.select();
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button");
  if (!button) return;
  if ("insert" in button.dataset) {
    button.closest("dialog")?.close();
    put(button.dataset.insert, "replace" in button.dataset);
  }
  if ("reset" in button.dataset) put(text().dataset.draft, true);
  if ("openAnswers" in button.dataset) openAnswers();
});

document.addEventListener("keydown", (event) => {
  const box = text();
  if (event.target !== box || !"/;?".includes(event.key) || event.ctrlKey || event.metaKey) return;
  const before = box.value.slice(0, box.selectionStart);
  const asks = event.key === "?" ? before.endsWith("?") : before === "" || before.endsWith("\n");
  if (!asks) return;
  event.preventDefault();
  if (event.key === "?") {
    box.setRangeText("", before.length - 1, before.length);
    box.setSelectionRange(before.length - 1, before.length - 1);
  }
  openAnswers();
});

// In the wording that was found: arrows walk, Enter where one writes takes the first.
document.addEventListener("keydown", (event) => {
  const dialog = event.target.closest?.("#answers");
  if (!dialog) return;
  const all = [dialog.querySelector("input"), ...dialog.querySelectorAll("#found button")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const at = all.indexOf(event.target);
  if (at < 0) return;
  if (step) all[Math.min(all.length - 1, Math.max(0, at + step))].focus();
  else if (event.key === "Enter" && at === 0) all[1]?.click();
  else return;
  event.preventDefault();
});
