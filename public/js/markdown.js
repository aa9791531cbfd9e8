// Writes what is selected in a post as the Markdown that it may have come from: only the
// elements that a post can hold, and every other one by its words.

const escape = (text) => text.replace(/[\\`*[\]<]/g, "\\$&");

const fenced = (text, language = "") => {
  const fence = "`".repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
};

const language = (code) => /language-(\S+)/.exec(code?.className ?? "")?.[1] ?? "";

const inline = {
  BR: () => "\n",
  CODE: (node) => "`" + node.textContent + "`",
  STRONG: (node) => around(node, "**"),
  B: (node) => around(node, "**"),
  EM: (node) => around(node, "*"),
  I: (node) => around(node, "*"),
  DEL: (node) => around(node, "~~"),
  IMG: (node) => `![${escape(node.alt)}](${node.getAttribute("src").replace(/\?small=1$/, "")})`,
  A: (node) => (node.matches(".mention, .shot") ? words(node) : `[${words(node)}](${node.getAttribute("href")})`),
  SPAN: (node) => words(node),
};

const blocks = {
  PRE: (node) => fenced(node.textContent, language(node.querySelector("code"))),
  BLOCKQUOTE: (node) => block(node).split("\n").map((line) => `> ${line}`.trimEnd()).join("\n"),
  UL: (node) => list(node, () => "- "),
  OL: (node) => list(node, (i) => `${i + (node.start || 1)}. `),
  TABLE: (node) => [...node.querySelectorAll("tr")].map((row, i) => {
    const line = `| ${[...row.cells].map((cell) => words(cell).replaceAll("\n", " ")).join(" | ")} |`;
    return i ? line : `${line}\n|${" --- |".repeat(row.cells.length)}`;
  }).join("\n"),
  HR: () => "---",
};
for (const level of [1, 2, 3, 4, 5, 6]) blocks[`H${level}`] = (node) => `${"#".repeat(level)} ${words(node)}`;

// around keeps the spaces outside of what marks a word.
function around(node, mark) {
  const [, before, text, after] = /^(\s*)([^]*?)(\s*)$/.exec(words(node));
  return text && before + mark + text + mark + after;
}

function words(node) {
  return [...node.childNodes].map((child) => {
    if (child.nodeType === Node.TEXT_NODE) return escape(child.data.replace(/\s+/g, " "));
    return child.nodeType === Node.ELEMENT_NODE ? (inline[child.tagName] ?? words)(child) : "";
  }).join("");
}

function list(node, mark) {
  return [...node.children].map((item, i) => mark(i) + block(item).replaceAll("\n", "\n" + " ".repeat(mark(i).length))).join("\n");
}

// block writes children one under another; words between two blocks are a paragraph.
function block(node) {
  const parts = [];
  let line = document.createElement("span");
  const end = () => {
    parts.push(words(line).trim());
    line = document.createElement("span");
  };
  for (const child of [...node.childNodes]) {
    if (blocks[child.tagName]) {
      end();
      parts.push(blocks[child.tagName](child));
    } else if (/^(P|DIV|DETAILS|FIGURE|DL|SECTION)$/.test(child.tagName)) {
      end();
      parts.push(block(child));
    } else line.append(child.cloneNode(true));
  }
  end();
  return parts.filter(Boolean).join("\n\n");
}

// markdown writes a range of a document.
export function markdown(range) {
  const at = range.commonAncestorContainer;
  const within = at.nodeType === Node.TEXT_NODE ? at.parentElement : at;
  const pre = within.closest("pre");
  if (pre) return fenced(range.toString(), language(pre.querySelector("code")));
  if (within.closest("code")) return "`" + range.toString() + "`";
  const part = document.createElement("div");
  part.append(range.cloneContents());
  for (const own of part.querySelectorAll(".codebar, .quoting")) own.remove();
  return block(part).trim();
}
