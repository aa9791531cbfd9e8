package message_test

import (
	"reflect"
	"strings"
	"testing"

	"picus/mail/message"
)

func TestIDs(t *testing.T) {
	long := strings.Repeat("a", 300) + "@example.org"
	for _, c := range []struct {
		name, header string
		want         []string
	}{
		{"in brackets", "<a@example.org> <b@example.org>", []string{"a@example.org", "b@example.org"}},
		{"without a space between", "<a@example.org><b@example.org>", []string{"a@example.org", "b@example.org"}},
		{"with commas", "<a@example.org>,<b@example.org>,\t<c@example.org>", []string{"a@example.org", "b@example.org", "c@example.org"}},
		{"without brackets", "a@example.org b@example.org", []string{"a@example.org", "b@example.org"}},
		{"with and without", "<a@example.org> b@example.org", []string{"a@example.org", "b@example.org"}},
		{"folded inside an id", "<a@exam\t ple.org>", []string{"a@example.org"}},
		{"each once", "<a@example.org> <a@example.org>", []string{"a@example.org"}},
		{"in case", "<A@Example.org>", []string{"A@Example.org"}},
		{"without an @ in brackets", "<WeLink-1&x=y>", []string{"WeLink-1&x=y"}},
		{"prose beside an id", `Your message of "Mon" from ann@example.org <a@example.org>`, []string{"a@example.org"}},
		{"the answer to git's question", "y", nil},
		{"y before an id", "y a@example.org", []string{"a@example.org"}},
		{"left open", "<a@example.org", []string{"a@example.org"}},
		{"nothing", " ", nil},
		{"empty brackets", "<>", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := message.IDs(c.header); !reflect.DeepEqual(got, c.want) && len(got)+len(c.want) > 0 {
				t.Errorf("IDs(%q) = %q; want %q", c.header, got, c.want)
			}
		})
	}
	a, b := message.IDs("<"+long+">"), message.IDs("<"+long+"x>")
	if len(a) != 1 || len(a[0]) > 244 || reflect.DeepEqual(a, b) {
		t.Errorf("IDs() of two long ids = %q and %q; want two short ones that differ", a, b)
	}
}

func TestParseDropsAddressesFromReferences(t *testing.T) {
	m := message.Parse(mail("From: ann@example.org", "To: bob@example.org", "References: <ann@example.org> <x@example.org>", "In-Reply-To: bob@example.org", "", "x"))
	if !reflect.DeepEqual(m.References, []string{"x@example.org"}) || len(m.InReplyTo) != 0 {
		t.Errorf("References = %q, InReplyTo = %q; want the one id", m.References, m.InReplyTo)
	}
}

func TestBaseSubject(t *testing.T) {
	for _, c := range []struct {
		subject, base string
		reply         bool
	}{
		{"Hello", "Hello", false},
		{"Re: Hello", "Hello", true},
		{"RE: re: Hello", "Hello", true},
		{"Re[2]: Hello", "Hello", true},
		{"Re (3): Hello", "Hello", true},
		{"AW: WG: Hallo", "Hallo", true},
		{"Fwd: Re: Hello", "Hello", false},
		{"Re: [list] Re: [PATCH v2 1/3] erofs: fix", "erofs: fix", true},
		{"[list] Hello", "Hello", false},
		{"回复：问题", "问题", true},
		{"答复: [外部邮件] 问题", "问题", true},
		{"回覆: 問題", "問題", true},
		{"转发：问题", "问题", false},
		{"답장: 질문", "질문", true},
		{"Re: [only a tag]", "[only a tag]", true},
		{"rv: a real prefix of a subject", "rv: a real prefix of a subject", false},
		{"Regarding: this", "Regarding: this", false},
		{"  many   spaces ", "many spaces", false},
		{"Re:", "", true},
		{"", "", false},
	} {
		if base, reply := message.BaseSubject(c.subject); base != c.base || reply != c.reply {
			t.Errorf("BaseSubject(%q) = %q, %v; want %q, %v", c.subject, base, reply, c.base, c.reply)
		}
	}
}
