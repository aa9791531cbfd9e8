// Text is put into a field as if it had been typed: it can be undone with Ctrl+Z, and
// whoever listens for what is written hears of it.
export function replace(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, start, end, "end");
  area.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
