// The toolbar stands in the page, hidden: without scripts its buttons would do nothing.
import "./lib/markdown-toolbar.js";

for (const bar of document.querySelectorAll("markdown-toolbar")) bar.hidden = false;
