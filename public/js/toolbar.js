// The toolbar stands in the page, hidden: without scripts its buttons would do nothing.
import "./lib/markdown-toolbar.js";
import { replace } from "./insert.js";

// bounds are where the word or the selection begins and ends, without its spaces and stars.
function bounds({ value, selectionStart: start, selectionEnd: end }) {
  if (start === end) {
    while (/\S/.test(value[start - 1] ?? " ")) start--;
    while (/\S/.test(value[end] ?? " ")) end++;
  }
  while (start < end && /[\s*]/.test(value[start])) start++;
  while (start < end && /[\s*]/.test(value[end - 1])) end--;
  return [start, end];
}

// italic sets or takes one star. The component would take one of the two that make a word
// bold, because it does not count them.
function italic(area) {
  const [start, end] = bounds(area);
  const words = area.value.slice(start, end);
  let stars = 0;
  while (area.value[start - stars - 1] === "*" && area.value[end + stars] === "*") stars++;
  const more = stars % 2 ? -1 : 1;
  if (more > 0) replace(area, start, end, `*${words}*`);
  else replace(area, start - 1, end + 1, words);
  area.setSelectionRange(start + more, end + more);
}

for (const bar of document.querySelectorAll("markdown-toolbar")) {
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    if (!event.target.closest("[data-md-button=italic]")) return;
    event.stopImmediatePropagation();
    italic(bar.field);
  }, { capture: true });
}
