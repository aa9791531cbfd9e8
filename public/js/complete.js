// Names after an @, and tags, are offered while they are typed. The field stays a field of
// text: the list below it is walked through with the arrows, Enter takes a line, Escape
// closes it. While an input method is at work nothing is offered and no key is taken.
import { replace } from "./insert.js";

const PAUSE = 120;

const people = {
  path: "/complete/people",
  begun: (text) => (text.match(/^```/gm)?.length ?? 0) % 2 === 0 && /(?:^|[^\w@./:+-])@([\p{L}\p{N}_-]{0,40})$/u.exec(text)?.[1],
  written: (value) => value + " ",
  first: 0, // the line that is chosen before an arrow is pressed
};
const tags = {
  path: "/complete/tags",
  begun: (text) => /[^\s,，、;；#＃]+$/u.exec(text)?.[0] ?? false,
  written: (value) => value + " ",
  first: -1,
};

class Completion {
  constructor(field, list, kind) {
    Object.assign(this, { field, list, kind, at: -1, said: list.nextElementSibling });
    field.autocomplete = "off";
    field.setAttribute("aria-autocomplete", "list");
    field.parentElement.classList.add("completed");
    field.after(list);
    for (const event of ["input", "compositionend", "click"]) field.addEventListener(event, (e) => e.isComposing || this.look());
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("blur", () => this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
    list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
  }

  look() {
    clearTimeout(this.timer);
    const { selectionStart: end, selectionEnd, value } = this.field;
    const begun = end === selectionEnd && this.kind.begun(value.slice(0, end));
    if (typeof begun !== "string") return this.close();
    this.range = [end - begun.length, end];
    this.timer = setTimeout(() => this.ask(begun), PAUSE);
  }

  async ask(q) {
    this.asking?.abort();
    this.asking = new AbortController();
    const query = new URLSearchParams({ q, in: this.field.form.getAttribute("action") });
    try {
      const answer = await fetch(`${this.kind.path}?${query}`, { headers: { Accept: "application/json" }, signal: this.asking.signal });
      if (!answer.ok) return this.close();
      const { choices } = await answer.json();
      this.show(choices.filter(({ value }) => value !== q || choices.length > 1));
    } catch {
      return; // another question has taken its place, or there is no network
    }
  }

  show(choices) {
    if (!choices.length || document.activeElement !== this.field) return this.close();
    this.list.replaceChildren(...choices.map(({ value, label }, i) => {
      const line = document.createElement("li");
      line.id = `${this.list.id}-${i}`;
      line.role = "option";
      line.dataset.value = value;
      line.append(value);
      if (label && label !== value) line.append(Object.assign(document.createElement("span"), { className: "soft", textContent: " " + label }));
      return line;
    }));
    this.list.style.top = `${this.field.offsetTop + below(this.field)}px`;
    this.list.hidden = false;
    this.field.setAttribute("aria-controls", this.list.id);
    this.said.textContent = this.said.dataset.words;
    this.choose(this.kind.first);
  }

  choose(at) {
    this.at = at;
    [...this.list.children].forEach((line, i) => line.setAttribute("aria-selected", String(i === at)));
    const line = this.list.children[at];
    if (!line) return this.field.removeAttribute("aria-activedescendant");
    this.field.setAttribute("aria-activedescendant", line.id);
    line.scrollIntoView({ block: "nearest" });
  }

  key(event) {
    if (this.list.hidden || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    const n = this.list.children.length;
    if (event.key === "ArrowDown") this.choose((this.at + 1) % n);
    else if (event.key === "ArrowUp") this.choose((Math.max(this.at, 0) - 1 + n) % n);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Enter" && this.at >= 0) this.take(this.list.children[this.at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  take(line) {
    if (!line) return;
    const [start, end] = this.range;
    this.close();
    replace(this.field, start, end, this.kind.written(line.dataset.value));
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.said.textContent = "";
    this.field.removeAttribute("aria-activedescendant");
    this.field.removeAttribute("aria-controls");
  }
}

// below is how far under the top of a field the line with the caret ends: its text up to
// there is laid out once more where nobody sees it.
function below(field) {
  if (field.localName === "input") return field.offsetHeight;
  const style = getComputedStyle(field);
  const copy = document.createElement("div");
  for (const property of ["font", "lineHeight", "padding", "border", "letterSpacing", "boxSizing"]) copy.style[property] = style[property];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word", width: `${field.clientWidth}px` });
  copy.textContent = field.value.slice(0, field.selectionStart);
  const caret = copy.appendChild(document.createElement("span"));
  caret.textContent = "|";
  field.after(copy);
  const end = caret.offsetTop + caret.offsetHeight;
  copy.remove();
  return Math.min(end - field.scrollTop, field.offsetHeight);
}

for (const form of document.querySelectorAll("form.write")) {
  for (const [selector, kind] of [["textarea[name=body]", people], ["input[name=tags]", tags]]) {
    const field = form.querySelector(selector);
    const list = form.querySelector(`[data-choices="${kind.path}"]`);
    if (field && list) new Completion(field, list, kind);
  }
}
