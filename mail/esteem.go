package mail

import (
	"strings"

	"picus/forum"
	"picus/internal/item"
	"picus/internal/lang"
)

// esteem is how a post was voted on, and how the thread does that it stands in.
type esteem struct {
	votes    int // for it without those against
	voted    bool
	accepted bool // it is the answer that the asker has accepted

	threadVotes, answers int
	solved               bool // an answer is accepted
}

const esteemColumns = `coalesce(po.score, 0), coalesce(po.up + po.down, 0) > 0, coalesce(t.accepted = i.id, 1 = 0),
	coalesce(t.score, 0), coalesce(t.answers, 0), t.accepted IS NOT NULL`

func (e *esteem) places() []any {
	return []any{&e.votes, &e.voted, &e.accepted, &e.threadVotes, &e.answers, &e.solved}
}

// ofPost says how a post stands, where there is something to say: its votes, and whether
// it is accepted.
func (e esteem) ofPost(l lang.Lang) string {
	var facts []string
	if e.voted {
		facts = append(facts, l.N(e.votes, "%d vote", "%d votes"))
	}
	if e.accepted {
		facts = append(facts, l.T("accepted"))
	}
	return strings.Join(facts, l.T(", "))
}

// ofQuestion says how the question stands that a post is about: what its readers have
// made of it, and whether its asker still waits.
func (e esteem) ofQuestion(l lang.Lang) string {
	var facts []string
	if e.threadVotes != 0 {
		facts = append(facts, l.N(e.threadVotes, "%d vote", "%d votes"))
	}
	if e.answers > 0 {
		facts = append(facts, l.N(e.answers, "%d answer", "%d answers"))
	}
	if e.solved {
		facts = append(facts, l.T("an answer is accepted"))
	}
	return strings.Join(facts, l.T(", "))
}

// standingLine says below a post how its question stood when the mail was written. The
// question itself goes out before anybody has read it, and the first answer tells that
// there is one.
func (b *bulletin) standingLine(l lang.Lang) []string {
	e := b.esteem
	if b.thread != forum.Question || b.kind != item.Post || e.threadVotes == 0 && e.answers < 2 && !e.solved {
		return nil
	}
	return []string{l.T("So far the question has: %s", e.ofQuestion(l))}
}
