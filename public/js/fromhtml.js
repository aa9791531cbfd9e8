// HTML from a clipboard becomes Markdown: what it means is kept, how it looked is not. An
// editor of code puts colours on its lines and calls them HTML; that says nothing, and its
// plain text is better.
const MEANS = "a[href], strong, b, em, i, code, pre, h1, h2, h3, h4, h5, h6, li, blockquote, table, img[src]";
const BLOCKS = "P,DIV,SECTION,ARTICLE,HEADER,FOOTER,MAIN,ASIDE,FIGURE,FIGCAPTION,UL,OL,LI,DL,DT,DD,H1,H2,H3,H4,H5,H6,BLOCKQUOTE,PRE,TABLE,HR,DETAILS,SUMMARY".split(",");
const LEFT_OUT = "SCRIPT,STYLE,TEMPLATE,HEAD,META,TITLE,BUTTON,INPUT,SELECT,TEXTAREA,SVG,IFRAME,OBJECT".split(",");

// markdownOf returns the Markdown of some HTML, or "" where its plain text says as much.
export function markdownOf(html) {
  const { body } = new DOMParser().parseFromString(unstyled(html), "text/html");
  if (!body.querySelector(MEANS)) return "";
  return blocks(body).trim();
}

// unstyled renames the style attributes: the policy of the site forbids them, and says so
// even of a document that nobody sees.
const unstyled = (html) => html.replace(/<[^>]+>/g, (tag) => tag.replace(/(\s)style=/gi, "$1data-style="));

// blocks writes the blocks of an element, an empty line between them.
function blocks(element) {
  const parts = [];
  let line = "";
  const flush = () => {
    if (line.trim()) parts.push(line.trim());
    line = "";
  };
  for (const node of element.childNodes) {
    if (LEFT_OUT.includes(node.nodeName.toUpperCase())) continue;
    if (node.nodeType === Node.ELEMENT_NODE && holdsBlocks(node)) {
      flush();
      const text = block(node);
      if (text) parts.push(text);
    } else {
      line += inline(node);
    }
  }
  flush();
  return parts.join("\n\n");
}

const holdsBlocks = (node) => BLOCKS.includes(node.nodeName) || [...node.children].some(holdsBlocks);

function block(node) {
  const level = /^H([1-6])$/.exec(node.nodeName)?.[1];
  if (level) return "#".repeat(level) + " " + line(node);
  switch (node.nodeName) {
    case "UL":
    case "OL":
      return list(node);
    case "BLOCKQUOTE":
      return indented(blocks(node), "> ", "> ");
    case "PRE":
      return fenced(node);
    case "TABLE":
      return table(node);
    case "HR":
      return "---";
  }
  return blocks(node);
}

function list(node) {
  let n = Number(node.getAttribute("start") ?? 1);
  return [...node.children].map((item) => {
    if (item.nodeName !== "LI") return block(item); // a list that stands in a list, without a point of its own
    const mark = node.nodeName === "OL" ? `${n++}. ` : "- ";
    return indented(blocks(item).replace(/\n\n(?=\s*(?:- |\d+\. ))/g, "\n"), mark, " ".repeat(mark.length));
  }).join("\n");
}

const indented = (text, first, rest) => text.split("\n").map((one, i) => ((i ? rest : first) + one).trimEnd()).join("\n");

function fenced(node) {
  const text = node.textContent.replace(/\n$/, "");
  const language = /(?:language|lang|highlight-source)-([\w+#-]+)/.exec(node.className + " " + (node.querySelector("code")?.className ?? ""))?.[1] ?? "";
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return fence + language + "\n" + text + "\n" + fence;
}

function table(node) {
  const rows = [...node.rows].map((row) => [...row.cells].map((cell) => line(cell).replaceAll("|", "\\|")));
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (!width) return "";
  const written = rows.map((row) => `| ${Array.from({ length: width }, (_, i) => row[i] ?? "").join(" | ")} |`);
  written.splice(1, 0, `|${" --- |".repeat(width)}`);
  return written.join("\n");
}

// line writes everything in an element on one line.
const line = (node) => [...node.childNodes].map(inline).join("").replace(/\s+/g, " ").trim();

function inline(node) {
  if (node.nodeType === Node.TEXT_NODE) return escaped(node.data.replace(/\s+/g, " "));
  if (node.nodeType !== Node.ELEMENT_NODE || LEFT_OUT.includes(node.nodeName.toUpperCase())) return "";
  const inner = [...node.childNodes].map(inline).join("");
  switch (node.nodeName) {
    case "BR":
      return "\n";
    case "CODE":
    case "KBD":
    case "SAMP":
      return "`" + node.textContent.replaceAll("`", "") + "`";
    case "B":
    case "STRONG":
      return /font-weight:\s*(?:normal|400)/.test(node.dataset.style) ? inner : around(inner, "**");
    case "I":
    case "EM":
      return /font-style:\s*normal/.test(node.dataset.style) ? inner : around(inner, "*");
    case "DEL":
    case "S":
      return around(inner, "~~");
    case "IMG":
      return /^https?:/.test(node.src) ? `![${escaped(node.alt)}](${address(node.src)})` : "";
    case "A":
      return /^(?:https?|mailto):/.test(node.href) && inner.trim() ? `[${inner.trim()}](${address(node.href)})` : inner;
  }
  return inner;
}

// around puts marks around words, and leaves the space at their ends outside.
function around(text, mark) {
  const [, before, words, after] = /^(\s*)([^]*?)(\s*)$/.exec(text);
  return words ? before + mark + words + mark + after : text;
}

const escaped = (text) => text.replace(/[\\`*[\]<]/g, "\\$&");
const address = (url) => url.replace(/[()\s]/g, encodeURIComponent).replaceAll("(", "%28").replaceAll(")", "%29");
