package mail

import (
	"reflect"
	"testing"
)

func TestOrdersStandAboveTheText(t *testing.T) {
	for _, test := range []struct {
		rule, text string
		orders     []order
		rest       string
	}{
		{"plain text is no order", "Solved problems are nice.\nsolved", nil, "Solved problems are nice.\nsolved"},
		{"a word alone", "+1\n", []order{{verb: verbVote}}, ""},
		{"as a phone writes it", "  Solved.\n\nThanks, it was the cable.", []order{{verb: verbSolved}}, "Thanks, it was the cable."},
		{"a stroke in front", "/accept", []order{{verb: verbAccept}}, ""},
		{"the wide characters of an input method", "＋１", []order{{verb: verbVote}}, ""},
		{"Chinese with its full stop", "采纳。\n谢谢！", []order{{verb: verbAccept}}, "谢谢！"},
		{"an emoji with its selector", "👍\ufe0f", []order{{verb: verbVote}}, ""},
		{"several lines", "tag +asyncio -web\nmute\nBye", []order{{verb: verbTag, add: []string{"asyncio"}, remove: []string{"web"}}, {verb: verbMute}}, "Bye"},
		{"Chinese tags", "标签 +异步 -网络", []order{{verb: verbTag, add: []string{"异步"}, remove: []string{"网络"}}}, ""},
		{"a duplicate by its number", "dup 123", []order{{verb: verbDup, thread: 123}}, ""},
		{"a duplicate by its address", "重复 https://talk.example/t/42/how-to", []order{{verb: verbDup, thread: 42}}, ""},
		{"a duplicate with a sign", "Duplicate of #7.", []order{{verb: verbDup, thread: 7}}, ""},
		{"a number too long is no thread", "dup 99999999999999999999", nil, "dup 99999999999999999999"},
		{"a vote in a poll", "Vote 2.", []order{{verb: verbBallot, options: []int{2}}}, ""},
		{"a vote for several", "vote 1, 3\nBoth.", []order{{verb: verbBallot, options: []int{1, 3}}}, "Both."},
		{"a vote by the wide characters of an input method", "投票１、３。", []order{{verb: verbBallot, options: []int{1, 3}}}, ""},
		{"a vote taken back", "投票 0", []order{{verb: verbBallot}}, ""},
		{"a vote for no number is text", "vote for the second one", nil, "vote for the second one"},
		{"tags without a sign are text", "tag python", nil, "tag python"},
		{"no more than a few", "+1\n+1\n+1\n+1\n+1\n+1", []order{{verb: verbVote}, {verb: verbVote}, {verb: verbVote}, {verb: verbVote}, {verb: verbVote}}, "+1"},
		{"nothing at all", " \n", nil, ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			orders, rest := readOrders(test.text)
			if !reflect.DeepEqual(orders, test.orders) || rest != test.rest {
				t.Errorf("readOrders(%q) = %+v, %q; want %+v, %q", test.text, orders, rest, test.orders, test.rest)
			}
		})
	}
}
