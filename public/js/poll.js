// The fields of a poll open when that is what is written, and close with another choice.
for (const form of document.querySelectorAll("form.write:has(.poll-fields)")) {
  form.addEventListener("change", ({ target }) => {
    if (target === form || target.name === "kind") form.querySelector(".poll-fields").open = form.elements.kind.value === "poll";
  });
}
