// Words that are selected in a post are offered as a quotation: a button behind them, or
// the key q, puts them as Markdown into the box for the reply, where its caret stood.
import { replace } from "./insert.js";
import { markdown } from "./markdown.js";

const button = document.querySelector("[data-quoting]");
const box = document.querySelector("#write textarea[name=body]");

// selected returns the post and the range of it that is selected.
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const prose = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest(".post .prose, .comments .prose");
  const post = prose(range.startContainer);
  // A selection of whole paragraphs ends at the beginning of what follows.
  return post && (prose(range.endContainer) === post || range.endOffset === 0) ? { post, range } : null;
}

function offer() {
  const found = selected();
  button.hidden = !found;
  if (!found) return;
  // The next stop of Tab. It stays where it is already: a button that is put in anew
  // between the press and the release of the mouse is never clicked.
  if (found.post.nextElementSibling !== button) found.post.after(button);
  const at = [...found.range.getClientRects()].at(-1);
  const over = button.offsetParent.getBoundingClientRect();
  button.style.top = `${at.bottom - over.top + 4}px`;
  button.style.left = `${Math.max(0, Math.min(at.right - over.left, over.width - button.offsetWidth))}px`;
}

// line says whose the words are, and leads to where they stand.
function line(post) {
  const place = post.closest("[id^=p]");
  const name = place.querySelector(".by .user").textContent.trim().replace(/[[\]\\*`<]/g, "");
  return button.dataset.quoting.replace("{name}", () => name).replace("{path}", "/p/" + place.id.slice(1));
}

function quote() {
  const found = selected();
  if (!found) return;
  const text = markdown(found.range);
  getSelection().removeAllRanges();
  button.hidden = true;
  if (!text) return;
  const at = box.selectionStart;
  const before = box.value.slice(0, at);
  const gap = /\S/.test(before) ? "\n\n".slice(/\n*$/.exec(before)[0].length) : "";
  const after = box.value.slice(box.selectionEnd);
  const lines = text.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
  replace(box, at, box.selectionEnd, `${gap}${line(found.post)}\n\n${lines}\n\n`);
  if (after) box.setSelectionRange(box.value.length - after.length, box.value.length - after.length);
  box.scrollIntoView({ block: "center" });
}

if (button && box) {
  if (document.activeElement !== box) box.setSelectionRange(box.value.length, box.value.length);
  let timer;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, 150);
  });
  button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
  button.addEventListener("click", quote);
}
