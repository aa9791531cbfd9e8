package mail

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"
)

// verb is something that a mail can have done by a line of its own above its text.
type verb string

// The verbs. Their words, English and Chinese, are in verbWords.
const (
	verbVote     verb = "+1"
	verbMeToo    verb = "metoo"
	verbAccept   verb = "accept"
	verbSolved   verb = "solved"
	verbNeedInfo verb = "needinfo"
	verbReopen   verb = "reopen"
	verbDup      verb = "dup"
	verbBallot   verb = "vote"
	verbTag      verb = "tag"
	verbMute     verb = "mute"
	verbWatch    verb = "watch"
	verbEdit     verb = "edit"
	verbUndo     verb = "undo"
)

// order is a verb with what it needs to know.
type order struct {
	verb        verb
	thread      int64    // of dup
	options     []int    // of vote
	add, remove []string // of tag
}

// verbWords are the words that stand alone on their line. A word that could begin
// an ordinary sentence is no verb with anything behind it.
var verbWords = map[string]verb{
	"+1": verbVote, "👍": verbVote, "赞": verbVote, "顶": verbVote, "赞同": verbVote, "讚": verbVote,
	"metoo": verbMeToo, "me too": verbMeToo, "同问": verbMeToo, "同問": verbMeToo,
	"accept": verbAccept, "采纳": verbAccept, "採納": verbAccept,
	"solved": verbSolved, "已解决": verbSolved, "解决了": verbSolved, "已解決": verbSolved,
	"needinfo": verbNeedInfo, "need info": verbNeedInfo, "需要信息": verbNeedInfo, "需补充": verbNeedInfo, "请补充信息": verbNeedInfo,
	"reopen": verbReopen, "重新打开": verbReopen, "重开": verbReopen,
	"mute": verbMute, "静音": verbMute, "不再提醒": verbMute,
	"watch": verbWatch, "关注": verbWatch, "關注": verbWatch,
	"edit": verbEdit, "修改": verbEdit,
	"undo": verbUndo, "撤回": verbUndo,
}

var (
	dupLine = regexp.MustCompile(`^(?i:dup|duplicate|重复|重複)\s*(?:of\s+)?(?:#|https?://\S+?/[tp]/)?(\d{1,18})(?:/\S*)?$`)
	tagLine = regexp.MustCompile(`^(?i:tags?|标签|標籤)((?:\s+[+-]\S+)+)$`)
)

// mostOrders bounds what one mail can have done.
const mostOrders = 5

// readOrders splits what somebody wrote into the orders of its first lines and the
// text below them. Where the first line is no order, there is none: in the middle of
// a text “solved” is a word.
func readOrders(text string) (orders []order, rest string) {
	rest = strings.TrimLeft(text, " \t\r\n\u3000")
	for rest != "" && len(orders) < mostOrders {
		line, below, _ := strings.Cut(rest, "\n")
		o, ok := readOrder(line)
		if !ok {
			break
		}
		orders = append(orders, o)
		rest = strings.TrimLeft(below, " \t\r\n\u3000")
	}
	return orders, rest
}

// readOrder reads a line as phones write it: with a capital, a full stop, the wide
// characters of an input method, a stroke in front as in a chat.
func readOrder(line string) (order, bool) {
	line = strings.TrimSpace(width.Fold.String(line))
	line = strings.TrimSpace(strings.TrimPrefix(line, "/"))
	bare := strings.ToLower(strings.TrimRight(line, ".!。 "))
	if v, ok := verbWords[strings.TrimSuffix(bare, "\ufe0f")]; ok {
		return order{verb: v}, true
	}
	if m := dupLine.FindStringSubmatch(bare); m != nil {
		id, err := strconv.ParseInt(m[1], 10, 64)
		return order{verb: verbDup, thread: id}, err == nil && id > 0
	}
	if m := ballotLine.FindStringSubmatch(bare); m != nil {
		return order{verb: verbBallot, options: readBallot(m[1])}, true
	}
	if m := tagLine.FindStringSubmatch(line); m != nil {
		return readTags(strings.Fields(m[1])), true
	}
	return order{}, false
}

func readTags(words []string) order {
	o := order{verb: verbTag}
	for _, w := range words {
		if w[0] == '+' {
			o.add = append(o.add, w[1:])
		} else {
			o.remove = append(o.remove, w[1:])
		}
	}
	return o
}
