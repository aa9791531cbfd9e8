// A page that stays open is told what is written, and says so in a quiet line that moves
// nothing. Only the page before one's eyes listens: a browser has few connections.
const line = document.querySelector("[data-news]");

class News {
  constructor(line) {
    this.line = line;
    this.link = line.querySelector("a");
    this.posts = new Set();
    document.addEventListener("visibilitychange", () => (document.hidden ? this.close() : this.open()));
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", () => this.open());
    this.open();
  }

  open() {
    if (this.source || document.hidden) return;
    const { news, since, unread } = this.line.dataset;
    const known = this.last ? "&after=" + this.last : "&since=" + since; // what it has heard, or was drawn with
    this.source = new EventSource(news + known + (unread ? "&unread=" + unread : ""));
    this.source.addEventListener("post", (event) => this.post(event));
    this.source.addEventListener("unread", ({ data }) => this.unread(JSON.parse(data)));
  }

  close() {
    this.source?.close();
    this.source = undefined;
  }

  post({ data, lastEventId }) {
    const { post, url } = JSON.parse(data);
    this.last = lastEventId;
    if (document.getElementById("p" + post)) return;
    if (this.posts.size === 0 && this.line.dataset.first !== undefined) this.link.href = url;
    this.posts.add(post);
    const n = this.posts.size;
    this.link.textContent = n === 1 ? this.line.dataset.one : this.line.dataset.many.replace("#", n);
    this.line.hidden = false;
  }

  unread({ n, label }) {
    this.line.dataset.unread = n;
    const bell = document.querySelector(".bell");
    if (!bell) return;
    bell.setAttribute("aria-label", label);
    let count = bell.querySelector("b");
    if (!count) {
      count = bell.appendChild(document.createElement("b"));
      count.setAttribute("aria-hidden", "true");
    }
    if (n > 0) count.textContent = n > 99 ? "99+" : n;
    else count.remove();
  }
}

if (line && "EventSource" in window) new News(line);
