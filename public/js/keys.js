// Keys for those who read much: j and k walk through a list or a thread, o opens, m marks
// as read, x mutes, ? shows the keys. They are letters without a modifier, so that none of the
// browser's own keys is taken, and they do nothing where somebody types.
const places = () => [...document.querySelectorAll(".threads > li, article[id]")];
const here = () => document.activeElement?.closest(".threads > li, article[id]");

// walk puts the focus on the link by which a thread is opened, or on a post.
function walk(step) {
  const all = places();
  const at = all.indexOf(here());
  const next = all[at < 0 ? (step > 0 ? firstInSight(all) : all.length - 1) : at + step];
  if (!next) return;
  const target = next.querySelector("h2 a") ?? next;
  if (target === next || next.matches("article")) {
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "start" });
  } else {
    target.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

function firstInSight(all) {
  const at = all.findIndex((p) => p.getBoundingClientRect().bottom > 0);
  return at < 0 ? 0 : at;
}

// tell asks the server to do something with the thread that the reader is at, and returns
// its row when that is done.
async function tell(what, says = {}) {
  const row = here();
  const link = row?.querySelector("h2 a");
  const csrf = document.querySelector("input[name=csrf]")?.value;
  const thread = link?.getAttribute("href").match(/^\/t\/\d+/)?.[0];
  if (!thread || !csrf) return null;
  const done = await fetch(thread + what, { method: "POST", body: new URLSearchParams({ csrf, ...says }), redirect: "manual" });
  return done.type === "opaqueredirect" ? row : null;
}

// markRead puts the thread behind the reader, and takes its mark away.
async function markRead() {
  const row = await tell("/read");
  row?.classList.remove("unread");
  row?.querySelector(".news")?.remove();
}

// mute has the reader hear nothing of the thread any more, and says so in its row.
async function mute() {
  const row = await tell("/watch", { level: "mute" });
  if (!row || row.querySelector("[data-muted]")) return;
  const said = Object.assign(document.createElement("span"), { className: "badge", role: "status", textContent: help.dataset.mutes });
  said.dataset.muted = "";
  row.querySelector(".meta").append(said);
}

const help = document.getElementById("keys");
const does = {
  j: () => walk(1),
  k: () => walk(-1),
  o: () => here()?.querySelector("h2 a")?.click(),
  m: markRead,
  x: mute,
  "?": () => (help.open ? help.close() : help.showModal()),
};

function typing(e) {
  return e.isComposing || e.ctrlKey || e.metaKey || e.altKey || e.target.closest?.("input, textarea, select, [contenteditable]");
}

if (help) {
  document.addEventListener("keydown", (e) => {
    if (typing(e) || (help.open && e.key !== "?")) return;
    const link = /^[a-z]$/.test(e.key) ? document.querySelector(`[data-key="${e.key}"]`) : null;
    const act = does[e.key] ?? (link && (() => link.click()));
    if (!act) return;
    e.preventDefault(); // the focus may move into a field
    act();
  });
}
