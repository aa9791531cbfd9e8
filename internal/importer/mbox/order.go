package mbox

import (
	"cmp"
	"hash/maphash"
	"io"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"picus/mail/message"
)

// subjectWindow is how long a thread attracts replies that name no id.
const subjectWindow = int64(30 * 24 * time.Hour / time.Millisecond)

// node returns the number of an id.
func (r *reading) node(id string) int32 {
	hash := maphash.String(r.seed, id)
	n, ok := r.ids[hash]
	if !ok {
		n = int32(len(r.nodes))
		r.ids[hash] = n
		r.nodes, r.messageOf = append(r.nodes, n), append(r.messageOf, -1)
	}
	return n
}

// group returns the number that stands for everything connected with a node.
func (r *reading) group(n int32) int32 {
	for r.nodes[n] != n {
		r.nodes[n] = r.nodes[r.nodes[n]]
		n = r.nodes[n]
	}
	return n
}

// settle has each node name its group itself, so that they can be asked side by side:
// group writes on its way.
func (r *reading) settle() {
	for n := range r.nodes {
		r.nodes[n] = r.group(int32(n))
	}
}

func (r *reading) unite(a, b int32) { r.nodes[r.group(a)] = r.group(b) }

// connect unites a mail with every id that it names.
func (r *reading) connect(m *message.Message, number int32) (node, parent int32, alone bool) {
	if m.MessageID == "" {
		node = int32(len(r.nodes)) // it has no id, so nobody can answer it
		r.nodes, r.messageOf = append(r.nodes, node), append(r.messageOf, -1)
	} else {
		node = r.node(m.MessageID)
	}
	if r.messageOf[node] < 0 {
		r.messageOf[node] = number
	}
	parent, alone = -1, true
	for _, ids := range [][]string{m.References, m.InReplyTo} { // the nearest comes last
		for _, id := range ids {
			alone = false
			n := r.node(id)
			r.unite(n, node)
			if n != node {
				parent = n
			}
		}
	}
	return node, parent, alone
}

// subject returns the hash of a subject without its prefixes, 0 for an empty one.
func (r *reading) subject(m *message.Message) uint64 {
	if m.SubjectBase == "" {
		return 0
	}
	return maphash.String(r.seed, strings.ToLower(m.SubjectBase))
}

// arrange returns the numbers of the entries in the order to file them: by date, but
// an answer never before what it answers, whatever its clock said.
func (r *reading) arrange() []int32 {
	order := make([]int32, len(r.entries))
	for i := range order {
		order[i] = int32(i)
	}
	keys := r.keys()
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(keys[a].at, keys[b].at), cmp.Compare(keys[a].depth, keys[b].depth), cmp.Compare(a, b))
	})
	r.guess(order)
	for i := range r.entries {
		r.entries[i].parent = r.answered(int32(i))
	}
	r.settle()
	r.ids, r.messageOf = nil, nil
	return order
}

type key struct {
	at    int64
	depth int32
}

// keys returns for each entry the date that its place goes by: its own, or that of
// what it answers, if that is younger.
func (r *reading) keys() []key {
	keys := make([]key, len(r.entries))
	var chain []int32
	for i := range r.entries {
		chain = chain[:0]
		n := int32(i)
		for keys[n].depth == 0 {
			keys[n] = key{at: r.entries[n].date, depth: 1} // marks it, so that a ring of answers ends
			chain = append(chain, n)
			parent := r.answered(n)
			if parent < 0 {
				break
			}
			n = parent
		}
		for j := len(chain) - 1; j >= 0; j-- {
			if parent := r.answered(chain[j]); parent >= 0 {
				k := &keys[chain[j]]
				k.at, k.depth = max(k.at, keys[parent].at), keys[parent].depth+1
			}
		}
	}
	return keys
}

// answered returns the entry that an entry answers, or -1.
func (r *reading) answered(n int32) int32 {
	if p := r.entries[n].parent; p >= 0 && r.messageOf[p] != n {
		return r.messageOf[p]
	}
	return -1
}

// guess unites replies that name no id with the thread of their subject, if it was
// alive in the month before.
func (r *reading) guess(order []int32) {
	type seen struct {
		node int32
		at   int64
	}
	last := map[uint64]seen{}
	for _, i := range order {
		e := &r.entries[i]
		if e.subject == 0 {
			continue
		}
		if s, ok := last[e.subject]; ok && e.alone && e.reply && e.date-s.at <= subjectWindow {
			if r.group(s.node) != r.group(e.node) {
				r.unite(e.node, s.node)
				e.guessed = true
			}
		}
		last[e.subject] = seen{e.node, e.date}
	}
}

// leave has the mails with these ids stand by themselves, whatever their subject says.
func (r *reading) leave(ids []string) {
	for _, id := range ids {
		n, ok := r.ids[maphash.String(r.seed, id)]
		if ok && r.messageOf[n] >= 0 {
			r.entries[r.messageOf[n]].reply = false
		}
	}
}

// countingReader counts what was read, for the progress bar.
type countingReader struct {
	r io.Reader
	n atomic.Int64
}

// Read reads and counts.
func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
