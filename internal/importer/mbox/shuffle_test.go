package mbox_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"picus/internal/realdata"
)

// everything has the tests below take the whole archives, which lasts minutes; without it
// each order is tried on other conversations of them.
var everything = os.Getenv("PICUS_TEST_WHOLE_ARCHIVES") != ""

const (
	pieces = 5   // imports, one after the other
	some   = 250 // mails for one order
)

// pile writes mails into one mailbox.
func (s *site) pile(name string, mails [][]byte) string {
	s.Helper()
	path := filepath.Join(s.TempDir(), name)
	if err := os.WriteFile(path, bytes.Join(mails, []byte("\n")), 0o600); err != nil {
		s.Fatal(err)
	}
	return path
}

// conversations returns whole conversations of so many mails, drawn by lot.
func conversations(mails [][]byte, random *rand.Rand, enough int) [][]byte {
	c := components{map[string]string{}}
	for _, m := range mails {
		c.add(m)
	}
	parts := map[string][][]byte{}
	var roots []string
	for _, m := range mails {
		own, _ := idsOf(m)
		root := c.find(own)
		if parts[root] == nil {
			roots = append(roots, root)
		}
		parts[root] = append(parts[root], m)
	}
	random.Shuffle(len(roots), func(i, j int) { roots[i], roots[j] = roots[j], roots[i] })
	var drawn [][]byte
	for _, root := range roots {
		if len(drawn) < enough {
			drawn = append(drawn, parts[root]...)
		}
	}
	return drawn
}

// However an archive is cut up and in whatever order it comes, its threads are the union
// of the ids in its headers, but for joins by the subject.
func TestThreadsAreTheSameInAnyOrderOfImport(t *testing.T) {
	for seed := range uint64(5) {
		t.Run(fmt.Sprint("shuffle ", seed), func(t *testing.T) {
			eachSite(t, func(s *site) {
				mails := slices.Concat(mailsOf(s, realdata.Open(s, "linux-erofs-3500.mbox.gz")), mailsOf(s, realdata.Open(s, "linux-erofs-zh-threads.mbox.gz")))
				random := rand.New(rand.NewPCG(seed, 7))
				if !everything {
					mails = conversations(mails, random, some)
				}
				random.Shuffle(len(mails), func(i, j int) { mails[i], mails[j] = mails[j], mails[i] })
				c := components{map[string]string{}}
				for _, m := range mails {
					c.add(m)
				}
				for piece := range slices.Chunk(mails, (len(mails)+pieces-1)/pieces) {
					if sum := s.load(s.pile("piece.mbox", piece)); sum.Read != len(piece) || sum.New+sum.Known != sum.Read {
						s.Errorf("the import of %d mails did %+v; want everything taken", len(piece), sum)
					}
				}
				s.compare(&c)
			})
		})
	}
}

var (
	chain = regexp.MustCompile(`(?im)^(?:references|in-reply-to):.*\n(?:[ \t].*\n)*`)
	reply = regexp.MustCompile(`(?im)^subject:.*\bre: `)
)

// strip takes the ids that it answers out of a mail.
func strip(mail []byte) []byte {
	head, body, _ := bytes.Cut(mail, []byte("\n\n"))
	return slices.Concat(chain.ReplaceAll(append(slices.Clone(head), '\n'), nil), []byte("\n"), body)
}

// lost counts what became of the replies whose ids were taken away.
type lost struct{ all, back, wrong int }

func (l lost) share(n int) float64 { return 100 * float64(n) / float64(max(1, l.all)) }

// A reply that names no mail finds its thread by its subject, and seldom a wrong one: both
// headers are taken from one reply in twenty, where the oracle knows the conversation.
func TestRepliesWithoutIDsFindTheirThread(t *testing.T) {
	eachSite(t, func(s *site) {
		if s.DB.Postgres() {
			return // what is guessed is the same on both engines
		}
		mails := mailsOf(s, realdata.Open(s, "linux-erofs-3500.mbox.gz"))
		truth := components{map[string]string{}}
		random := rand.New(rand.NewPCG(7, 7))
		stripped := map[string]bool{}
		for i, m := range mails {
			truth.add(m)
			own, names := idsOf(m)
			if head, _, _ := bytes.Cut(m, []byte("\n\n")); len(names) > 0 && reply.Match(head) && random.IntN(20) == 0 {
				stripped[own], mails[i] = true, strip(m)
				if _, still := idsOf(mails[i]); len(still) > 0 {
					s.Fatalf("%s still names %q", own, still)
				}
			}
		}
		s.load(s.pile("stripped.mbox", mails))
		l := s.found(&truth, stripped)
		s.Logf("of %d replies %.1f %% came back, %.1f %% went wrong", l.all, l.share(l.back), l.share(l.wrong))
		if l.all < 50 || l.share(l.back) < 82 || l.share(l.wrong) > 2 {
			s.Errorf("of %+v too few came back or too many went wrong; want 82 %% and at most 2 %%", l)
		}
	})
}

// found tells in whose company the stripped mails are. One without anybody to come back
// to in the archive is not counted.
func (s *site) found(truth *components, stripped map[string]bool) lost {
	s.Helper()
	company, size := map[string]map[string]bool{}, map[string]int{}
	all := s.filed()
	for _, f := range all {
		root := truth.find(f.mid)
		size[root]++
		if company[f.thread] == nil {
			company[f.thread] = map[string]bool{}
		}
		if !stripped[f.mid] {
			company[f.thread][root] = true
		}
	}
	var l lost
	for _, f := range all {
		root := truth.find(f.mid)
		if !stripped[f.mid] || size[root] == 1 {
			continue
		}
		l.all++
		switch with := company[f.thread]; {
		case with[root]:
			l.back++
		case len(with) > 0:
			l.wrong++
		}
	}
	return l
}
