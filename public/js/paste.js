// What is pasted or dropped becomes Markdown: a file is sent and named in the text, HTML is
// written as Markdown, tables of a spreadsheet and links as well, and what a terminal said
// goes into a fence.
import { markdownOf } from "./fromhtml.js";
import { subscribe } from "./lib/paste-markdown.js";

const TERMINAL = /^(\$ |>>> |In \[\d+\]: |Traceback \(most recent call last\):)/m;

function insert(area, text) {
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

// complain says beside the text why a file was not taken, in the server's words.
function complain(area, text) {
  const said = area.parentElement.querySelector("[data-refused]") ?? document.createElement("p");
  said.className = "error";
  said.setAttribute("role", "alert");
  said.dataset.refused = "";
  said.textContent = text;
  area.after(said);
}

// send puts a file into the text. The words that stand for an image are selected, so that
// who goes on typing says what it shows.
async function send(area, file) {
  const body = new FormData();
  body.set("csrf", area.form.elements.csrf.value);
  body.set("file", file);
  const answer = await fetch("/uploads", { method: "POST", headers: { Accept: "application/json" }, body });
  const said = await answer.json();
  if (!answer.ok) return complain(area, Object.values(said.errors ?? {})[0] ?? said.detail);
  const start = area.selectionStart;
  insert(area, said.markdown + "\n");
  const words = /^!\[(.+?)\]/.exec(said.markdown);
  if (!words) return;
  area.setSelectionRange(start + 2, start + 2 + words[1].length);
  const ask = area.parentElement.querySelector("[data-pasted]");
  ask.textContent = ask.dataset.pasted;
  area.addEventListener("input", () => ask.replaceChildren(), { once: true });
}

async function take(event, area, files) {
  if (!files?.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  area.parentElement.querySelector("[data-refused]")?.remove();
  for (const file of files) await send(area, file);
}

// inCode reports whether the caret stands between the fences of code.
const inCode = (area) => (area.value.slice(0, area.selectionStart).match(/^```/gm) ?? []).length % 2 === 1;

function pasteHTML(event, area) {
  const html = event.clipboardData.getData("text/html");
  const text = html && !plain && !inCode(area) && markdownOf(html);
  if (!text) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  insert(area, text);
}

// Shift says that the clipboard's text is wanted and nothing else of it.
let plain = false;
document.addEventListener("keydown", (event) => { if (event.key.toLowerCase() === "v") plain = event.shiftKey; });

function pasteTranscript(event, area) {
  const text = event.clipboardData.getData("text/plain").trimEnd();
  if (!text.includes("\n") || !TERMINAL.test(text) || text.includes("```") || inCode(area)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  insert(area, "```text\n" + text + "\n```\n");
}

for (const area of document.querySelectorAll("form.write textarea[name=body]")) {
  area.addEventListener("paste", (event) => take(event, area, event.clipboardData?.files));
  area.addEventListener("paste", (event) => event.defaultPrevented || pasteTranscript(event, area));
  area.addEventListener("paste", (event) => event.defaultPrevented || pasteHTML(event, area));
  area.addEventListener("drop", (event) => take(event, area, event.dataTransfer?.files));
  subscribe(area);
}
