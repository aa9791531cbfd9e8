// A block of code says its language, can be copied, and can have its long lines wrapped.
const bar = document.getElementById("codebar");
const PAUSE = 2_000;

async function copy(pre) {
  try {
    await navigator.clipboard.writeText(pre.textContent);
  } catch { // not allowed, or no https
    getSelection().selectAllChildren(pre);
    document.execCommand("copy");
    getSelection().removeAllRanges();
  }
}

// named has a button say to whom it cannot see the block where it stands: in which post, and
// which block of that.
function named(button, pre) {
  const post = pre.closest("article[id^=p]");
  if (!post) return;
  const nth = [...post.querySelectorAll("pre:has(> code)")].indexOf(pre);
  button.setAttribute("aria-label", `${button.textContent} #${post.id.slice(1)}${nth > 0 ? ` (${nth + 1})` : ""}`);
}

function equip(pre) {
  const part = bar.content.cloneNode(true);
  const [copies, wraps, said] = ["[data-copy]", "[data-wrap]", "[role=status]"].map((s) => part.querySelector(s));
  const language = /language-(\S+)/.exec(pre.querySelector("code").className)?.[1] ?? "";
  part.querySelector("[data-language]").textContent = language;
  const label = copies.textContent;
  named(copies, pre);
  named(wraps, pre);
  let timer;
  copies.addEventListener("click", async () => {
    await copy(pre);
    copies.textContent = said.textContent = copies.dataset.done;
    clearTimeout(timer);
    timer = setTimeout(() => {
      copies.textContent = label;
      said.textContent = "";
    }, PAUSE);
  });
  wraps.addEventListener("click", () => {
    const wrapped = pre.classList.toggle("wrapped");
    wraps.setAttribute("aria-pressed", String(wrapped));
    if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0;
    else pre.removeAttribute("tabindex");
  });
  const box = document.createElement("div");
  box.className = "codebox";
  pre.replaceWith(box);
  box.append(part, pre);
}

for (const pre of document.querySelectorAll("main .prose pre:has(> code)")) {
  if (!pre.closest(".preview, .answered")) equip(pre);
}
