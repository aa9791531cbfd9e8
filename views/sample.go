package views

import (
	"time"

	"picus/internal/lang"
)

// sample is what the style page is filled with, in one language. It is not in the
// catalog: nobody but the people who work on the pages reads it.
type sample struct {
	title, long, reason, hint, mail string
	author, other                   User
	tags                            []string
	prose, comment                  string
	rows                            []sampleRow
	diff                            []DiffLine
	refused                         lang.Refusals
}

// sampleRow is one row of the list of threads.
type sampleRow struct {
	title string
	state State
	read  bool
	via   string
	ago   time.Duration
}

func samples(l lang.Lang) sample {
	if l == lang.Chinese {
		return chineseSample
	}
	return englishSample
}

var englishSample = sample{
	title:   "Why does the task go on after wait_for?",
	long:    "How do I read a GBK-encoded CSV without guessing the charset, when the file is 4 GB large, comes from Windows, and holds a_very_long_name_without_any_place_to_break_it_in_the_middle_of_the_title?",
	reason:  "An advertisement. It is kept for seven days, then it is gone for good.",
	hint:    "Public. Goes by mail to 214 people in 3 minutes; you can undo until then.",
	mail:    "From: Marta Ruiz <marta@example.org>\nSubject: Re: [python] Why does the task go on after wait_for?\nMessage-ID: <7f3a@example.org>\n\nRe-raise it, and prefer asyncio.timeout().\n",
	author:  User{"marta", "Marta Ruiz"},
	other:   User{"", "Somebody by mail"},
	tags:    []string{"asyncio", "python-3.12", "超时"},
	comment: "Does fetch catch CancelledError itself?",
	prose: `<p>After a timeout the task <em>waits</em> for the cancellation to finish. <strong>Note:</strong> if the coroutine swallows <code>CancelledError</code>, it keeps running. See <a href="/wiki/x">asyncio cancellation</a>, <a class="missing" href="/wiki/y">shielding</a> and <a class="mention" href="/u/ada">@ada</a>; leave with <kbd>Ctrl</kbd>+<kbd>C</kbd>.</p>
<pre><code><span class="k">async</span> <span class="k">def</span> <span class="nf">main</span>():
    <span class="k">async</span> <span class="k">with</span> asyncio.timeout(<span class="m">3</span>):
        <span class="nb">print</span>(<span class="s">"timed out"</span>)   <span class="c"># fetch() still logs "done" later, and this line is long enough to scroll</span>
</code></pre>
<blockquote><p>If a timeout occurs, it cancels the task and raises TimeoutError.</p></blockquote>
<h2 id="en-lists">Lists and tables</h2>
<ul><li>a plain point</li><li>one with points below<ul><li>smaller</li></ul></li></ul>
<ul><li><input type="checkbox" disabled checked> done</li><li><input type="checkbox" disabled> to do</li></ul>
<table><thead><tr><th>Form</th><th>After the timeout</th><th align="right">Since</th></tr></thead><tbody><tr><td><code>wait_for</code></td><td>cancels and waits</td><td align="right">3.4</td></tr><tr><td><code>timeout()</code></td><td>cancels the task it is in</td><td align="right">3.11</td></tr></tbody></table>`,
	rows: []sampleRow{
		{"asyncio.wait_for 超时以后，任务为什么还在跑？", State{Question: true}, false, "", 4 * time.Minute},
		{"How do I read a GBK-encoded CSV without guessing the charset?", State{Question: true, Replies: 2}, false, "mail", time.Hour},
		{"Two databases in Django, one to read and one to write", State{Question: true, Replies: 5, Solved: true}, true, "", 17 * time.Hour},
		{"What is everybody reading this winter?", State{Replies: 1208}, true, "import", 400 * 24 * time.Hour},
	},
	diff: []DiffLine{
		{'@', 0, 0, []DiffSpan{{"11 lines that did not change", false}}},
		{' ', 12, 12, []DiffSpan{{"## Timeouts", false}}},
		{'-', 13, 0, []DiffSpan{{"Since 3.11 prefer ", false}, {"wait_for", true}, {".", false}}},
		{'+', 0, 13, []DiffSpan{{"Since 3.11 prefer ", false}, {"asyncio.timeout()", true}, {".", false}}},
		{'+', 0, 14, []DiffSpan{{"A line that was added, and that is so long that it has to be broken somewhere when the page is narrow.", false}}},
	},
	refused: lang.Refusals{
		{Field: "en-title", Text: "Give the question a title of at most 150 characters; this one has 181."},
		{Field: "en-tags", Text: "Add one tag for the version, for example python-3.12."},
	},
}

var chineseSample = sample{
	title:   "asyncio.wait_for 超时以后，任务为什么还在跑？",
	long:    "怎样在不猜测字符集的前提下读取一个从 Windows 传来的、4 GB 大小、用 GBK 编码的 CSV 文件，而且其中还有 a_very_long_name_without_any_place_to_break_it 这样长的列名？",
	reason:  "广告。保留七天，之后彻底删除。",
	hint:    "公开发布。3 分钟后寄给 214 人；在那之前可以撤回。",
	mail:    "From: 老猫 <cat@example.org>\nSubject: 回复：[python] asyncio.wait_for 超时以后\nMessage-ID: <7f3b@example.org>\n\n重新抛出异常，并优先使用 asyncio.timeout()。\n",
	author:  User{"laomao", "老猫"},
	other:   User{"", "来信的朋友"},
	tags:    []string{"asyncio", "并发", "编码"},
	comment: "fetch 自己捕获了 CancelledError 吗？",
	prose: `<p><strong>取消</strong>不是杀死：<code>task.cancel()</code> 只是在下一个 <code>await</code> 处抛出 <code>CancelledError</code>（3.8 起继承自 <code>BaseException</code>）。协程可以收拾残局，但<em>必须</em>重新抛出。参见 <a href="/wiki/x">线程与协程</a>、<a class="missing" href="/wiki/y">结构化并发</a>，并请教 <a class="mention" href="/u/ada">@阿达</a>。</p>
<pre><code><span class="k">async</span> <span class="k">def</span> <span class="nf">main</span>():
    <span class="k">async</span> <span class="k">with</span> asyncio.timeout(<span class="m">3</span>):
        <span class="nb">print</span>(<span class="s">"超时"</span>)   <span class="c"># 注释也可以写中文</span>
</code></pre>
<blockquote><p>如果发生超时，任务会被取消，并抛出 TimeoutError。</p></blockquote>
<h2 id="zh-lists">列表与表格</h2>
<ul><li>普通的一条</li><li>带有下一级的一条<ul><li>下一级</li></ul></li></ul>
<ul><li><input type="checkbox" disabled checked> 已完成</li><li><input type="checkbox" disabled> 待办</li></ul>
<table><thead><tr><th>写法</th><th>超时后</th><th align="right">起始版本</th></tr></thead><tbody><tr><td><code>wait_for</code></td><td>取消并等待</td><td align="right">3.4</td></tr><tr><td><code>timeout()</code></td><td>取消当前任务</td><td align="right">3.11</td></tr></tbody></table>`,
	rows: []sampleRow{
		{"asyncio.wait_for 超时以后，任务为什么还在跑？", State{Question: true}, false, "", 4 * time.Minute},
		{"How do I read a GBK-encoded CSV without guessing the charset?", State{Question: true, Replies: 2}, false, "mail", time.Hour},
		{"Django 里怎样给两个数据库做读写分离，而不改业务代码？", State{Question: true, Replies: 5, Solved: true}, true, "", 17 * time.Hour},
		{"这个冬天大家在读什么书？", State{Replies: 1208}, true, "import", 400 * 24 * time.Hour},
	},
	diff: []DiffLine{
		{'@', 0, 0, []DiffSpan{{"11 行未改动", false}}},
		{' ', 12, 12, []DiffSpan{{"## 超时", false}}},
		{'-', 13, 0, []DiffSpan{{"3.11 以后优先用 ", false}, {"wait_for", true}, {"。", false}}},
		{'+', 0, 13, []DiffSpan{{"3.11 以后优先用 ", false}, {"asyncio.timeout()", true}, {"。", false}}},
		{'+', 0, 14, []DiffSpan{{"新增的一行，长到在窄屏上必须折行，好看看折行以后是什么样子，缩进是否仍然对齐。", false}}},
	},
	refused: lang.Refusals{
		{Field: "zh-title", Text: "标题最多 150 个字；现在有 181 个。"},
		{Field: "zh-tags", Text: "请加一个版本标签，例如 python-3.12。"},
	},
}

// in is the page in another language.
func (p Page) in(l lang.Lang) Page {
	p.Lang = l
	return p
}

// short makes the names of the two halves of the style page differ.
func (p Page) short() string {
	if p.Lang == lang.Chinese {
		return "zh"
	}
	return "en"
}
