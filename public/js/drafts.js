// What is written in a form is saved as a draft when the typing pauses. Until the server
// has it, a copy stays on this device: for a session that is lost, a server that fails,
// another form of the page that is sent. Nothing newer is ever overwritten in silence.
import { PREFIX, markSent } from "./copies.js";

const PAUSE = 1_000; // a draft is saved within two seconds of a pause
const RETRY = 10_000;
const KEEPALIVE = 60_000; // characters; browsers carry no more past the end of a page
const FIELDS = ["kind", "title", "body", "tags", "summary", "base", "options", "several", "closes"];

class Draft {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.version = this.form.elements.draft;
    this.key = PREFIX + box.dataset.me + " " + box.dataset.place;
    this.known = "unsaved" in box.dataset ? "" : JSON.stringify(this.fields()); // what the server has
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("submit", (event) => this.submit(event));
    addEventListener("pagehide", () => this.flush());
    addEventListener("pageshow", (event) => { if (event.persisted) this.sent = false; });
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.flush(); });
    box.querySelector("[data-take]").addEventListener("click", () => this.choose(true));
    box.querySelector("[data-stay]").addEventListener("click", () => this.choose(false));
    this.recover();
  }

  fields() {
    const held = new FormData(this.form);
    return Object.fromEntries(FIELDS.filter((name) => held.has(name)).map((name) => [name, held.get(name).replaceAll("\r\n", "\n")]));
  }

  fill(fields) {
    for (const name of FIELDS) {
      const field = this.form.elements[name];
      if (!field || name === "base") continue;
      if (field.type === "checkbox") field.checked = Boolean(fields[name]);
      else if (name in fields) field.value = fields[name];
    }
    this.form.dispatchEvent(new Event("change")); // what depends on a choice follows it
  }

  // recover brings back what never reached the server, or asks where both went on.
  recover() {
    if (!this.known) return this.changed(); // the form came back with what was sent
    const copy = JSON.parse(localStorage.getItem(this.key));
    if (!copy) return;
    if (JSON.stringify(copy.fields) === this.known) {
      localStorage.removeItem(this.key);
    } else if (copy.version === this.version.value) {
      this.fill(copy.fields);
      this.say("restored");
      this.changed();
    } else {
      this.offer("copy", copy.fields, this.version.value);
    }
  }

  changed() {
    this.keep();
    clearTimeout(this.timer);
    if (!this.other) this.timer = setTimeout(() => this.save(), PAUSE);
  }

  // keep puts a copy on this device. A browser that is full or forbids it has none.
  keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ version: this.version.value, fields: this.fields() }));
    } catch {
      return;
    }
  }

  save() {
    clearTimeout(this.timer);
    if (this.saving) return (this.again = true);
    const now = JSON.stringify(this.fields());
    if (now === this.known) return localStorage.removeItem(this.key);
    const body = new URLSearchParams([...new FormData(this.form)].filter(([, value]) => typeof value === "string"));
    body.set("place", this.box.dataset.place);
    this.saving = fetch("/drafts", { method: "POST", headers: { Accept: "application/json" }, body, keepalive: body.toString().length < KEEPALIVE })
      .then((answer) => this.answered(answer, now))
      .catch(() => this.later())
      .finally(() => {
        this.saving = null;
        if (this.again) this.changed();
        this.again = false;
      });
  }

  async answered(answer, saved) {
    if (answer.status === 401 || answer.status === 403) return this.say("out");
    if (answer.status !== 200 && answer.status !== 409) return this.later();
    const draft = await answer.json();
    if (answer.status === 409) {
      return this.offer("conflict", { ...draft, tags: draft.tags.join(" "), options: draft.options.join("\n") }, String(draft.version));
    }
    this.version.value = draft.version;
    this.known = saved;
    this.box.querySelector("[data-discard]").hidden = draft.version === 0;
    this.say("saved");
    if (JSON.stringify(this.fields()) === saved) localStorage.removeItem(this.key);
    else this.keep();
  }

  later() {
    this.say("away");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), RETRY);
  }

  // offer shows the other text and saves nothing until one is chosen.
  offer(why, fields, version) {
    this.other = { fields, version };
    const offer = this.box.querySelector("[data-offer]");
    for (const say of offer.querySelectorAll("[data-say]")) say.hidden = say.dataset.say !== why;
    offer.querySelector("[data-other]").textContent = fields.body;
    offer.hidden = false;
  }

  choose(theirs) {
    const { fields, version } = this.other;
    this.other = null;
    this.box.querySelector("[data-offer]").hidden = true;
    this.version.value = version;
    if (theirs) this.fill(Object.fromEntries(Object.entries(fields).filter(([name]) => FIELDS.includes(name))));
    this.changed();
    this.form.elements.body.focus();
  }

  flush() {
    if (!this.sent && !this.other && JSON.stringify(this.fields()) !== this.known) this.save();
  }

  // submit lets a save that is under way arrive first, so that it cannot come after
  // what is sent and leave a draft of it.
  submit(event) {
    if (event.defaultPrevented) return;
    if (this.saving) {
      event.preventDefault();
      const { submitter } = event;
      this.saving.finally(() => this.form.requestSubmit(submitter));
      return;
    }
    clearTimeout(this.timer);
    this.sent = true;
    this.keep();
    markSent(this.key);
  }

  say(what) {
    for (const say of this.box.querySelectorAll("[role=status] [data-say]")) say.hidden = say.dataset.say !== what;
  }
}

for (const box of document.querySelectorAll(".draft[data-place]")) new Draft(box);
