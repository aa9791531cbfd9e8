// The number of a post leads to it; a press also puts its short address, which stays good
// wherever the post is moved, on the clipboard.
const said = document.createElement("span");
said.className = "heard";
said.role = "status";

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.('.by a[href^="#p"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  try {
    await navigator.clipboard.writeText(new URL(link.hash.replace("#p", "/p/"), location.href).href);
  } catch {
    return; // a browser that forbids it has gone to the post all the same
  }
  const words = document.querySelector("#codebar")?.content.querySelector("[data-done]")?.dataset.done;
  link.after(said);
  said.textContent = words;
  if (link.textContent === words) return; // it was pressed twice
  const number = link.textContent;
  link.textContent = words;
  setTimeout(() => { link.textContent = number; }, 1500);
});
