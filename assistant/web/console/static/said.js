// Who listens to the page hears where they are, and once what was done.
const READS_MS = 100; // a region that is filled at once with its page is passed over

export function say(words) {
  const place = document.querySelector("#said"); // kept: by then the page may be another one that has none
  if (!place) return;
  place.textContent = "";
  if (words) setTimeout(() => { place.textContent = words; }, READS_MS);
}

// A toast without its buttons; the key that takes it back is named.
function told(toast) {
  const words = toast.querySelector("[data-said]")?.dataset.said ?? (toast.querySelector("span") ?? toast).textContent.trim();
  return toast.querySelector('[data-key="z"]') ? `${words} Undo with z.` : words;
}
const tell = () => say([...document.querySelectorAll(".toast")].map(told).join(" "));

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target;
  const ended = target?.id && document.getElementById(target.id)?.dataset.ended; // what a page waited for
  if (ended) say(ended);
  if (target !== document.body) return;
  const title = document.querySelector("h1");
  if (title && document.activeElement === document.body) {
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }
  tell();
});
tell();
