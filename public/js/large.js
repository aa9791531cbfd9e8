// An image of a post opens large over the page. Its link leads to the same file, for who
// has no script or wants another window; the browser closes a dialog with Escape, and gives
// the focus back to the link.
const template = document.getElementById("large");
let dialog;

function show(link) {
  if (!dialog) {
    dialog = document.body.appendChild(template.content.firstElementChild.cloneNode(true));
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  const small = link.querySelector("img");
  const image = dialog.querySelector("img");
  image.src = dialog.querySelector("a").href = link.href;
  image.alt = dialog.querySelector("p").textContent = small.alt;
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("main .prose a.shot");
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(link);
});
