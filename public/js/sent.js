// The copy of a draft goes when its text has arrived, which the page that follows shows:
// it is no failure and holds no form with faults. All copies go with who signs out.
import { PREFIX, markSent, takeSent } from "./copies.js";

const key = takeSent();
if (key) {
  const refused = document.querySelector("[data-failed], .note.error");
  if (!refused) localStorage.removeItem(key);
  refused?.closest("main")?.querySelector("form.write:not(:has(.draft))")?.addEventListener("submit", () => markSent(key)); // sent once more
}

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/logout") return;
  for (const one of Object.keys(localStorage)) if (one.startsWith(PREFIX)) localStorage.removeItem(one);
});
