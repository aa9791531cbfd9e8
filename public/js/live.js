// The preview, what was written about the same before, and what becomes of the tags, while
// the text is written. The form is sent as the button "Preview" sends it, and its answer is
// the page that somebody without scripts would see: what is shown is what would be published,
// byte for byte.
const PAUSE = 700;

class Live {
  constructor(form) {
    this.form = form;
    this.title = form.elements.title;
    this.preview = form.querySelector("[data-live]");
    this.said = ["[data-similar]", "[data-tags]"]; // parts that the answer has too
    form.addEventListener("input", (event) => {
      if (![form.elements.body, form.elements.tags, this.title].includes(event.target)) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), PAUSE);
    });
  }

  async ask() {
    const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
    body.set("preview", "1");
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, signal: this.asking.signal });
      if (answer.ok) this.show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      return; // another question has taken its place, or there is no network: nothing is lost
    }
  }

  show(page) {
    const shown = page.querySelector("main .preview:not([data-live])");
    const prose = shown?.matches(".prose") ? shown : shown?.querySelector(".prose");
    this.preview.hidden = !prose;
    this.preview.querySelector(".prose").replaceChildren(...(prose?.childNodes ?? []));
    for (const part of this.said) {
      const [ours, theirs] = [this.form.querySelector(part), page.querySelector(part)];
      if (ours && theirs && ours.innerHTML !== theirs.innerHTML) ours.innerHTML = theirs.innerHTML;
    }
  }
}

for (const form of document.querySelectorAll("form.write")) {
  if (form.querySelector("[data-live]")) new Live(form);
}
