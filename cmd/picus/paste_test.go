package main

import (
	"testing"

	"picus/account"
)

// paste hands the text area what a clipboard would hold.
const paste = `((fill) => { const t = new DataTransfer(); fill(t);
	const a = document.querySelector('#body'); a.focus();
	a.dispatchEvent(new ClipboardEvent('paste', { clipboardData: t, bubbles: true, cancelable: true })) })`

func TestWhatIsPastedBecomesMarkdown(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	c.person("lin", "林小明", account.Member)
	w := c.window(true)
	w.signIn("lin")
	w.open("/b/talk/new")
	w.run(paste + `(t => t.setData('text/plain', '$ python loop.py\nclosed'))`)
	w.holds("#body", "```text\n$ python loop.py\nclosed\n```\n")

	w.open("/b/talk/new?kind=discussion")
	w.run("document.querySelector('#body').value = ''")
	w.run(paste + `(t => { t.setData('text/html', '<p>see <a href="https://python.org/">the site</a></p>'); t.setData('text/plain', 'see the site') })`)
	w.holds("#body", "see [the site](https://python.org/)")

	w.run("document.querySelector('#body').value = ''")
	w.run(paste + `(t => { t.setData('text/html', '<html><body><!--StartFragment--><h2>循环</h2><p><b>注意</b>，见</p><ol><li>one<ul><li>inner</li></ul></li><li>two</li></ol>' +
		'<pre><code class="language-go">a()\n  b()\n</code></pre><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2|3</td></tr></table><script>alert(1)</' + 'script><!--EndFragment--></body></html>');
		t.setData('text/plain', 'x') })`)
	w.holds("#body", "## 循环\n\n**注意**，见\n\n1. one\n   - inner\n2. two\n\n```go\na()\n  b()\n```\n\n| a | b |\n| --- | --- |\n| 1 | 2\\|3 |")

	w.run("document.querySelector('#body').value = ''")
	w.run(paste + `(t => t.items.add(new File(['It is closed.'], 'loop.txt', { type: 'text/plain' })))`)
	w.becomes(`/^\[loop\.txt\]\(\/f\/[^)]+\)\n$/.test(document.querySelector('#body').value)`, "true")
	w.run(paste + `(t => t.items.add(new File(['MZ'], 'loop.exe')))`)
	w.becomes("document.querySelector('[data-refused]')?.textContent.length > 10", "true")
}
