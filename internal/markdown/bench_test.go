package markdown_test

import (
	"strings"
	"testing"

	"picus/internal/markdown"
)

// post is about a kilobyte, as people write it.
const post = "## 请教：asyncio 里的超时\n\n" +
	"我在用 `asyncio.wait_for` 的时候遇到一个问题，**注意：**只在 Windows 上出现。\n参见https://docs.python.org/3/library/asyncio-task.html。\n\n" +
	"What I tried, after reading [the docs](https://docs.python.org/3/) and [[Asyncio FAQ]]:\n\n" +
	"1. set a *longer* timeout\n2. `loop.set_debug(True)` – nothing new\n3. ask @zoomquiet, who said it works for him\n\n" +
	"> A task that is cancelled does not always stop at once,\n> because it may catch `CancelledError`.\n\n" +
	"```python\nimport asyncio\n\nasync def main():\n    try:\n        await asyncio.wait_for(work(), timeout=1.0)\n    except asyncio.TimeoutError:\n        print(\"超时\")\n\nasyncio.run(main())\n```\n\n" +
	"| system | result |\n|---|---|\n| Linux | fine |\n| Windows | hangs |\n\n" +
	"Does anybody know why? 谢谢大家！\n"

func BenchmarkRender(b *testing.B) {
	b.SetBytes(int64(len(post)))
	b.ReportAllocs()
	for b.Loop() {
		markdown.Render(post, markdown.Options{Unique: true})
	}
}

func BenchmarkRenderProse(b *testing.B) {
	prose := strings.ReplaceAll(post, "```python", "```")
	b.SetBytes(int64(len(prose)))
	b.ReportAllocs()
	for b.Loop() {
		markdown.Render(prose, markdown.Options{Unique: true})
	}
}

// letter is a mail of a kilobyte and a half, as it comes from a list.
const letter = "On Mon, 3 Nov 2025 at 10:12, Eve <eve@example.org> wrote:\n" +
	"> Did you try the new release? It is at\n> https://example.org/download/1.2\n>\n>> It hangs here.\n> Same here.\n\n" +
	"Yes, 参见https://example.org/a。 It works with `--debug`, see:\n\n$ picus --debug\nlistening on :8080\n\n" +
	"--- a/main.go\n+++ b/main.go\n@@ -1,4 +1,4 @@\n package main\n\n-import \"fmt\"\n+import \"log\"\n func main() {\n\n" +
	"I will look into it on the weekend. The reason is, I think, that the timeout\nis set before the connection is made, so that a slow name server counts against\nit. Nobody noticed because most of us have a cache on the same machine.\n\n" +
	"大家好，我也遇到了同样的问题：在Windows上等待超时以后，任务没有被取消。\n我觉得应该先取消任务，然后再关闭连接。\n\nBest,\nBob\n-- \nBob Builder\nhttps://example.net/~bob\n"

func BenchmarkText(b *testing.B) {
	b.SetBytes(int64(len(letter)))
	b.ReportAllocs()
	for b.Loop() {
		markdown.Text(letter)
	}
}

func BenchmarkClean(b *testing.B) {
	html := markdown.Render(post, markdown.Options{}).HTML
	b.SetBytes(int64(len(html)))
	b.ReportAllocs()
	for b.Loop() {
		markdown.Clean(html)
	}
}
