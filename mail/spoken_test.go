package mail_test

import (
	"regexp"
	"strings"
	"testing"

	"picus/internal/dbtest"
	"picus/mail"
	"picus/mail/message"
)

// Who knows the site by mail alone has no setting to choose a language in: their own
// words choose it.
func TestAChineseSubscriberIsAnsweredInChinese(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		wang := "小王 <wang@elsewhere.example>"
		o.hand(letter{from: wang, to: "python+request@picus.example", subject: "订阅", body: "\n"})
		text := func() string {
			all := o.letters()
			return message.Parse([]byte(all[len(all)-1])).Text
		}
		ticket := regexp.MustCompile(`confirm\+[a-z0-9-]+@picus\.example`).FindString(o.letters()[0])
		if ticket == "" || !strings.Contains(text(), "你好") {
			o.Fatalf("the letter is %s; want a ticket, in Chinese", text())
		}
		o.hand(letter{from: wang, to: ticket, subject: "Re: x", body: "ok\n"})
		by, err := o.accounts.ByAddress(o.Context(), "wang@elsewhere.example")
		if err != nil || by.Lang != "zh-Hans" || o.level("wang@elsewhere.example") != "watch mail" {
			t.Errorf("the subscriber is %+v, %v", by, err)
		}
		// What is known is not guessed again.
		o.hand(letter{from: "wang@elsewhere.example", to: "python+help@picus.example", subject: "help", body: "\n"})
		if !strings.Contains(text(), "你好") {
			t.Errorf("the help is %s; want it in Chinese", text())
		}
		o.hand(letter{from: "たろう <taro@elsewhere.example>", to: "python+request@picus.example", subject: "订阅", body: "\n"})
		if strings.Contains(text(), "你好") {
			t.Errorf("the letter to a Japanese is %s", text())
		}
		// A member has chosen, or has left it to be English.
		o.hand(letter{from: "小林 <alice@example.org>", to: "python+help@picus.example", subject: "帮助", body: "\n"})
		if strings.Contains(text(), "你好") {
			t.Errorf("the letter to a member is %s", text())
		}
	})
}

func TestADayThatNoCalendarHasPausesNothing(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		year := o.Clock.AddDate(0, 6, 0).Format("2006")
		for _, day := range []string{year + "-13-24", year + "-02-30", year + "-00-10", "2001-01-01"} {
			fate := o.hand(letter{from: "alice@example.org", to: "python+vacation@picus.example", subject: day, body: "\n"})
			if fate.Fate != mail.Refused || !strings.Contains(fate.Reason, "a day") {
				t.Errorf("%s is %s (%s); want it refused", day, fate.Fate, fate.Reason)
			}
		}
	})
}
