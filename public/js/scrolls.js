// What is wider than its box, such as a long line of code, is scrolled by the keyboard
// too: Tab reaches it, the arrows move it.
for (const box of document.querySelectorAll("main pre")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}
