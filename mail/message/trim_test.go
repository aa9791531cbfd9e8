package message_test

import (
	"strings"
	"testing"

	"picus/mail/message"
)

// TestTrimKnowsAttributions puts every form of attribution above a quotation below a
// reply: the reply alone must stay, and nothing may be lost.
func TestTrimKnowsAttributions(t *testing.T) {
	for _, c := range []struct{ client, attribution string }{
		{"Gmail", "On Mon, May 6, 2019 at 7:39 PM Ann Example <ann@example.org> wrote:"},
		{"Gmail, wrapped", "On Mon, May 6, 2019 at 7:39 PM Ann Example\n<ann@example.org> wrote:"},
		{"Thunderbird", "On 2019/8/4 19:39, Ann Example wrote:"},
		{"Apple Mail", "On 4 Aug 2019, at 19:39, Ann Example <ann@example.org> wrote:"},
		{"Gnus, a name and a verb", "Ann Example <ann@example.org> writes:"},
		{"mutt with a bare name", "Ann Example wrote:"},
		{"NetEase in English", `At 2024-03-01 11:22:33, "Ann" <ann@example.org> wrote:`},
		{"a capital verb", "On 2019/6/25 2:14, Ann Wrote:"},
		{"German", "Am 04.08.2019 um 19:39 schrieb Ann Example <ann@example.org>:"},
		{"German Gmail, wrapped", "Am So., 4. Aug. 2019 um 19:39 Uhr schrieb Ann\nExample <ann@example.org>:"},
		{"French", "Le 4 août 2019 à 19:39, Ann Example <ann@example.org> a écrit :"},
		{"Spanish", "El dom., 4 ago. 2019 a las 19:39, Ann (<ann@example.org>) escribió:"},
		{"Portuguese", "Em dom, 4 de ago de 2019 às 19:39, Ann <ann@example.org> escreveu:"},
		{"Italian", "Il giorno dom 4 ago 2019 alle ore 19:39 Ann <ann@example.org> ha scritto:"},
		{"Dutch", "Op zo 4 aug. 2019 om 19:39 schreef Ann <ann@example.org>:"},
		{"Russian", "вс, 4 авг. 2019 г. в 19:39, Ann <ann@example.org>:"},
		{"Thunderbird zh_CN", "在 2019/8/4 19:39, 王小明 写道:"},
		{"Thunderbird zh_CN with the time of day", "在 2020/3/27 下午3:04, 王小明 写道:"},
		{"old Thunderbird zh_CN", "于 2012/3/27 15:04, 王小明 写道:"},
		{"a date with its weekday", "于2021年4月8日 (周四) 20:39 <wang@example.org> 写道："},
		{"Thunderbird zh_CN, wrapped", "在 2019/8/4 19:39, 王小明 <wang@example.org>\n写道:"},
		{"Fastmail", "在2021年8月7日八月 下午3:24，王小明写道："},
		{"Fastmail with the weekday", "在2021年8月7日周二 下午3:24，Wang Xiaoming写道："},
		{"Gmail zh, the name first", "王小明 <wang@example.org> 于2021年9月12日周日 下午3:57写道："},
		{"Gmail zh, wrapped", "王小明 <wang@example.org> 于2021年9月12日周日\n下午3:57写道："},
		{"Gmail zh, wrapped before the time", "王小明 via List <list@example.org> 于2021年9月12日周日\n15:57写道："},
		{"NetEase zh", `在 2022-06-25 17:44:48，"王小明" <wang@example.org> 写道：`},
		{"iOS zh", "在 2021年11月16日，20:41，王小明 <wang@example.org> 写道："},
		{"iOS zh with the weekday and no time", "在 2021年11月16日星期二，王小明 <wang@example.org> 写道："},
		{"zh_TW", "王小明 <wang@example.org> 於 2021年9月12日 週日 下午3:57寫道："},
		{"Japanese Gmail", "2019年8月4日(日) 19:39 田中 <tanaka@example.org>:"},
		{"Japanese Thunderbird", "On 2019/08/04 19:39, 田中 wrote:"},
		{"Japanese with a verb", "2019/08/04 19:39、田中 <tanaka@example.org>のメール:"},
		{"Japanese, he wrote", "田中さんは書きました (2019/08/04 19:39):"},
		{"Japanese message", "2019/08/04 19:39、田中のメッセージ:"},
		{"Korean", "2019년 8월 4일 (일) 오후 7:39, 김 <kim@example.org>님이 작성:"},
	} {
		t.Run(c.client, func(t *testing.T) {
			text := "好的，我同意。\n第二行。\n\n" + c.attribution + "\n> quoted\n>\n> more\n"
			reply, elided := message.Trim(text)
			if want := "好的，我同意。\n第二行。"; reply != want {
				t.Errorf("reply = %q; want %q", reply, want)
			}
			holdsAll(t, text, reply, elided)
		})
	}
}

// TestTrimKnowsUnmarkedQuotations is about clients that put the header of a mail
// above it and mark none of its lines.
// mailx quotes by a tab, as POSIX has it; above an answer or below one. Elsewhere a tab
// is code.
func TestTrimKnowsTheTabOfMailx(t *testing.T) {
	for _, c := range []struct{ rule, text, want string }{
		{"below the reply", "I agree.\n\nAnn Example <ann@example.org> wrote:\n\n\tShall we?\n\n\tAnn\n", "I agree."},
		{"above the reply", "Ann Example <ann@example.org> wrote:\n\tShall we?\n\nI agree.\n", "I agree."},
		{"code in a reply stays", "Try this:\n\n\tmake test\n\nThen tell us.\n", "Try this:\n\n\tmake test\n\nThen tell us."},
		{"code below a marked quotation stays", "Ann Example <ann@example.org> wrote:\n> How?\n\n\tmake test\n", "\tmake test"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			reply, elided := message.Trim(c.text)
			if reply != c.want {
				t.Errorf("reply = %q; want %q", reply, c.want)
			}
			holdsAll(t, strings.ReplaceAll(c.text, "\t", ""), strings.ReplaceAll(reply, "\t", ""), elided)
		})
	}
}

func TestTrimKnowsUnmarkedQuotations(t *testing.T) {
	for _, c := range []struct{ client, header string }{
		{"QQ", "------------------ 原始邮件 ------------------\n发件人: \"王小明\" <wang@example.org>;\n发送时间: 2021年9月12日(星期天) 下午3:57\n收件人: \"list\"<list@example.org>;\n主题: Re: 问题"},
		{"QQ in English", "------------------&nbsp;Original&nbsp;------------------\nFrom: \"Ann\" <ann@example.org>;"},
		{"QQ with entities", "------------------&nbsp;原始邮件&nbsp;------------------\n发件人: \"王小明\" <wang@example.org>;"},
		{"QQ, bold", "*发件人:* 王小明\n*发送时间:* 2021年9月12日 15:57\n*收件人:* list@example.org\n*主题:* 问题"},
		{"Alimail pads", "发件人 : 王小明\n发送时间 : 2021年9月12日\n收件人 : list@example.org\n主题 : 问题"},
		{"WeLink spreads", "发件人：Wang <wang@example.org>\n收件人：list@example.org\n抄 送：ann@example.org\n主 题：问题\n时 间：2025-09-18　23:13:34"},
		{"FlashMail", "发件人：\"王小明\" <wang@example.org>\n发送日期：2021-9-12 15:57:00\n收件人：<list@example.org>\n抄送：\n主题：问题"},
		{"Foxmail", "-----邮件原件-----\n发件人: 王小明 [mailto:wang@example.org]\n发送时间: 2021年9月12日 15:57\n收件人: list@example.org\n主题: 问题"},
		{"Outlook zh_TW", "寄件者: Wang 代表 Ming <wang@example.org>\n寄件日期: 2021年9月12日 下午 03:57\n收件者: list@example.org\n主旨: 問題"},
		{"Outlook ja", "差出人: 田中 <tanaka@example.org>\n送信日時: 2021年9月12日 15:57\n宛先: list@example.org\n件名: 質問"},
		{"Outlook ko", "보낸 사람: 김 <kim@example.org>\n보낸 날짜: 2021년 9월 12일\n받는 사람: list@example.org\n제목: 질문"},
		{"Outlook", "________________________________\nFrom: Ann Example <ann@example.org>\nSent: Sunday, 12 September 2021 15:57\nTo: list@example.org\nSubject: A question"},
		{"Outlook with a rule in words", "-----Original Message-----\nFrom: Ann\nSent: Sunday\nTo: list\nSubject: A question"},
	} {
		t.Run(c.client, func(t *testing.T) {
			text := "同意。\n\n发自我的 iPhone\n\n" + c.header + "\n\n原来的文字\n> 更早的\n还有一行\n"
			reply, elided := message.Trim(text)
			if reply != "同意。" {
				t.Errorf("reply = %q; want the one line", reply)
			}
			holdsAll(t, text, reply, elided)
		})
	}
}

// TestTrimKeepsWhatTheAuthorWrote is about text that looks like a quotation, a
// signature or a footer and is none.
func TestTrimKeepsWhatTheAuthorWrote(t *testing.T) {
	const attribution = "On Mon, May 6, 2019 at 7:39 PM Ann <ann@example.org> wrote:"
	for _, c := range []struct{ name, text, reply string }{
		{"quotes between the answers stay", attribution + "\n> one?\n\nYes.\n\n> two?\n\nNo.", "> one?\n\nYes.\n\n> two?\n\nNo."},
		{"a greeting, a quotation, a short answer", "Hi Ann,\n\n" + attribution + "\n> one?\n\nYes.", "Hi Ann,\n\n> one?\n\nYes."},
		{"the same in Chinese", "你好，\n\n在 2019/8/4 19:39, 王小明 写道:\n> 可以吗？\n\n可以。", "你好，\n\n> 可以吗？\n\n可以。"},
		{"an answer below the one quotation", attribution + "\n> one?\n\nYes.", "Yes."},
		{"a mail of quotes alone", "> one\n> two", "> one\n> two"},
		{"a rule with text below", "One.\n\n=====\n\nTwo.", "One.\n\n=====\n\nTwo."},
		{"a heading underlined", "Title\n-----\n\nText.", "Title\n-----\n\nText."},
		{"front matter", "---\ntitle: x\n---\n\nText.", "---\ntitle: x\n---\n\nText."},
		{"a table", "| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"},
		{"a table drawn in ASCII", "+---+---+\n| a | b |\n+---+---+\nend", "+---+---+\n| a | b |\n+---+---+\nend"},
		{"a log with rules", "It says:\n\n____________\nERROR one\nERROR two\n____________\n\nWhy?", "It says:\n\n____________\nERROR one\nERROR two\n____________\n\nWhy?"},
		{"a shell prompt", "I ran\n\nmysql> select 1;\nSQL> quit", "I ran\n\nmysql> select 1;\nSQL> quit"},
		{"fenced code", "See\n\n```\n--\n# x\n____________\n```", "See\n\n```\n--\n# x\n____________\n```"},
		{"a patch with git's signature", "Fix it.\n---\n a.c | 1 +\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,3 @@\n a\n+From: b\n\n-- \n2.20.1",
			"Fix it.\n---\n a.c | 1 +\n\ndiff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,2 +1,3 @@\n a\n+From: b\n\n-- \n2.20.1"},
		{"a patch in a reply, with its own header", attribution + "\n> one?\n\nHere:\n\nFrom 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: Ann <ann@example.org>\nDate: Mon, 6 May 2019 19:01:02 +0800\nSubject: [PATCH] x\n\nText\n---\ndiff --git a/a b/a\n@@ -1 +1 @@\n-a\n+b",
			"Here:\n\nFrom 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: Ann <ann@example.org>\nDate: Mon, 6 May 2019 19:01:02 +0800\nSubject: [PATCH] x\n\nText\n---\ndiff --git a/a b/a\n@@ -1 +1 @@\n-a\n+b"},
		{"a patch with its header and no From line", "Could you try this?\n\nFrom: Ann <ann@example.org>\nDate: Tue, 22 Dec 2020 14:52:22 +0800\nSubject: [PATCH] x: fix\n\nText.\n---\ndiff --git a/a b/a\n@@ -1 +1 @@\n-a\n+b",
			"Could you try this?\n\nFrom: Ann <ann@example.org>\nDate: Tue, 22 Dec 2020 14:52:22 +0800\nSubject: [PATCH] x: fix\n\nText.\n---\ndiff --git a/a b/a\n@@ -1 +1 @@\n-a\n+b"},
		{"a drawing between quotations", "> like so?\n\n____________________\n| one    |   two   |\n\n> more\n\nYes.", "> like so?\n\n____________________\n| one    |   two   |\n\n> more\n\nYes."},
		{"one line that looks like a header", "To: the point.\nSubject: none.\nText.", "To: the point.\nSubject: none.\nText."},
		{"the words of a phone inside a text", "Sent from a server in Rome, it came late.\nWhy?", "Sent from a server in Rome, it came late.\nWhy?"},
		{"somebody who wrote something", "On Monday Ann wrote a patch.\nIt is good.", "On Monday Ann wrote a patch.\nIt is good."},
		{"a colon after wrote", "This is what he wrote:\n\nthe text", "This is what he wrote:\n\nthe text"},
		{"a list of names and addresses", "Copyright 2016 Ann <ann@example.org>\nCopyright 2017 Bob <bob@example.org>\n\ntext", "Copyright 2016 Ann <ann@example.org>\nCopyright 2017 Bob <bob@example.org>\n\ntext"},
		{"the first line keeps its indentation", "    code()\n\ntext", "    code()\n\ntext"},
		{"a signature above a mail that has one too", "Yes.\n\n-- \n王小明\n某某大学\n\n------------------ 原始邮件 ------------------\n发件人: \"Ann\" <ann@example.org>;\n主题: 问题\n\nOne?\n\n-- \nAnn", "Yes."},
		{"two lines of dashes are rules", "one\n--\ntwo\n--\nthree", "one\n--\ntwo\n--\nthree"},
	} {
		t.Run(c.name, func(t *testing.T) {
			reply, elided := message.Trim(c.text)
			if reply != c.reply {
				t.Errorf("reply = %q; want %q", reply, c.reply)
			}
			holdsAll(t, c.text, reply, elided)
		})
	}
}

// TestTrimCutsFooters is about what stands below a text and is not the author's.
func TestTrimCutsFooters(t *testing.T) {
	for _, c := range []struct{ name, footer string }{
		{"a signature", "-- \nAnn Example\nexample.org"},
		{"a signature whose space was stripped", "--\nAnn Example"},
		{"Mailman", "_______________________________________________\nlist mailing list\nlist@example.org\nhttps://lists.example.org/list"},
		{"an iPhone", "Sent from my iPhone"},
		{"Outlook in Chinese, as a link", "获取 [Outlook for iOS](https://aka.ms/o0ukef)"},
		{"an iPhone zh", "发自我的 iPhone"},
		{"an iPad zh_TW", "來自我的 iPad"},
		{"a phone's name", "发自我的华为手机"},
		{"a mailbox", "发自 网易邮箱"},
		{"an iPhone ja", "iPhoneから送信"},
		{"an iPhone ko", "나의 iPhone에서 보냄"},
		{"Outlook zh", "获取 Outlook for iOS"},
		{"a company", "本邮件含有保密信息，仅供收件人使用。\n如有错收，请删除。"},
		{"an empty reply mark", "—\nReply to this email directly"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "The text.\n\nMore of it.\n\n" + c.footer
			reply, elided := message.Trim(text)
			if reply != "The text.\n\nMore of it." || strings.TrimSpace(elided) != c.footer {
				t.Errorf("reply = %q, elided = %q; want the two lines and the footer", reply, elided)
			}
		})
	}
}
