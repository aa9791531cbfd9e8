// Ctrl+Enter, or Command+Enter, sends what is written. A key that belongs to an input
// method never does, not even in a field of one line: Enter there takes a word over, and
// the text is not finished. (Safari ends the composition first; its mark is the code 229.)
for (const form of document.querySelectorAll("form.write")) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (event.isComposing || event.keyCode === 229) {
      event.preventDefault();
    } else if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button.main"));
    }
  });
}
