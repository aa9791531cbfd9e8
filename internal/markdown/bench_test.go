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

func BenchmarkClean(b *testing.B) {
	html := markdown.Render(post, markdown.Options{}).HTML
	b.SetBytes(int64(len(html)))
	b.ReportAllocs()
	for b.Loop() {
		markdown.Clean(html)
	}
}
