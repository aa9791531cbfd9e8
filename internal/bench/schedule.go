package bench

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"picus/forum"
)

// The community that is generated.
const (
	firstDay = 1420070400000 // 2015-01-01 UTC, in milliseconds
	days     = 4000
	maxSize  = 3000 // posts of the longest thread
	dayMs    = 24 * 60 * 60 * 1000
)

// board is a board and what is written there.
type board struct {
	slug, title string
	chinese     bool
	questions   int // per cent of its threads
	weight      int // how busy it is
}

var boards = []board{
	{"python", "Python", false, 70, 24},
	{"python-zh", "Python 中文", true, 70, 24},
	{"linux", "Linux", false, 50, 14},
	{"linux-zh", "Linux 中文", true, 50, 14},
	{"databases", "Databases", false, 60, 8},
	{"databases-zh", "数据库", true, 60, 8},
	{"announce", "Announcements", false, 0, 2},
	{"talk", "Talk", false, 10, 2},
	{"talk-zh", "闲聊", true, 10, 3},
	{"help-zh", "新手", true, 90, 1},
}

// thread is a thread as it will be written.
type thread struct {
	board    int
	first    int // number of its first post
	size     int // posts, comments included
	kind     forum.Kind
	tags     []int
	accepted int // index of the accepted answer among the posts; 0: none
}

// post is a post as it will be written. Its place in the order of time is its
// number; its text follows from it.
type post struct {
	at     int64
	thread int32
	parent int32 // number of the post it speaks to
	author int32
	up     int16
	down   int16
	first  bool
	kind   forum.Kind
}

// schedule is everything that happens in the community, in the order of time,
// but for the words. Threads are written side by side, so that the posts of one
// lie far apart in the database, as they do on a real site.
type schedule struct {
	seed    uint64
	people  int
	english *language
	chinese *language
	threads []thread
	posts   []post
	order   []int // the number of each thread's first post, in the order of time
}

// plan draws a schedule of n posts.
func plan(seed uint64, n int) *schedule {
	r := rand.New(rand.NewPCG(seed, 's'))
	s := &schedule{seed: seed, english: english(seed), chinese: chinese(seed), people: max(20, min(20_000, n/50)), posts: make([]post, 0, n)}
	who := rand.NewZipf(r, 1.1, 20, uint64(s.people-1))
	for len(s.posts) < n {
		s.addThread(r, who, n-len(s.posts))
	}
	slices.SortStableFunc(s.posts, func(a, b post) int { return int(a.at - b.at) })
	s.connect(r)
	return s
}

// addThread draws a thread of at most room posts.
func (s *schedule) addThread(r *rand.Rand, who *rand.Zipf, room int) {
	t := thread{board: drawBoard(r), kind: forum.Discussion}
	size := min(room, drawSize(r))
	if r.IntN(100) < boards[t.board].questions {
		t.kind, size = forum.Question, min(size, 60)
	}
	t.size = size
	for range r.IntN(4) {
		if tag := int(math.Abs(r.NormFloat64()) * 60); !slices.Contains(t.tags, tag) {
			t.tags = append(t.tags, tag)
		}
	}
	// The community grows: the density of threads rises with time.
	at := firstDay + int64(math.Sqrt(r.Float64())*days*dayMs)
	pause := dayMs / max(2, float64(size)/100) // a long thread is a busy one
	for i := range size {
		p := post{at: at, thread: int32(len(s.threads)), author: int32(who.Uint64()), first: i == 0, kind: drawKind(r, t.kind, i)}
		p.up, p.down = drawVotes(r, p, s.people)
		s.posts = append(s.posts, p)
		at += 1 + int64(r.ExpFloat64()*r.ExpFloat64()*pause)
	}
	s.threads = append(s.threads, t)
}

func drawBoard(r *rand.Rand) int {
	n := r.IntN(100)
	for i, b := range boards {
		if n -= b.weight; n < 0 {
			return i
		}
	}
	return 0
}

// drawSize draws from a Pareto distribution: six threads in ten have one to three
// posts, one in twelve more than ten, one in six hundred more than two hundred.
func drawSize(r *rand.Rand) int {
	return min(maxSize, int(1.6*math.Pow(1-r.Float64(), -0.75)))
}

func drawKind(r *rand.Rand, of forum.Kind, nth int) forum.Kind {
	switch {
	case nth == 0:
		return of
	case of == forum.Discussion:
		return forum.Reply
	case r.IntN(100) < 55:
		return forum.Comment
	}
	return forum.Answer
}

func drawVotes(r *rand.Rand, p post, people int) (up, down int16) {
	if p.kind == forum.Comment || p.kind == forum.Reply && r.IntN(4) > 0 {
		return 0, 0
	}
	up = int16(min(float64(people/2), r.ExpFloat64()*r.ExpFloat64()*1.3))
	if r.IntN(12) == 0 {
		down = 1
	}
	return up, down
}

// connect says which post speaks to which, and accepts the answer to two in five
// of the answered questions.
func (s *schedule) connect(r *rand.Rand) {
	last := make([]int, len(s.threads))
	for i := range s.posts {
		p := &s.posts[i]
		t := &s.threads[p.thread]
		switch {
		case p.first:
			t.first = i
			s.order = append(s.order, i)
		case p.kind == forum.Answer || r.IntN(3) == 0:
			p.parent = int32(t.first)
		default:
			p.parent = int32(last[p.thread])
		}
		if p.kind != forum.Comment {
			last[p.thread] = i
		}
		if p.kind == forum.Answer && t.accepted == 0 && r.IntN(5) < 2 {
			t.accepted = i
		}
	}
}

// first is the number of the first post of the ith post's thread.
func (s *schedule) first(i int) int { return s.threads[s.posts[i].thread].first }

// chance is the source of what belongs to one post, whoever asks and when.
func (s *schedule) chance(post int) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, uint64(post)<<8|'p'))
}

// words are what somebody wrote.
type words struct{ lang, title, body string }

// text writes the ith post.
func (s *schedule) text(i int) words {
	p := s.posts[i]
	l := s.english
	if boards[s.threads[p.thread].board].chinese {
		l = s.chinese
	}
	w := newWriter(l, s.chance(i))
	switch {
	case p.first:
		return words{l.tag, w.title(), w.body()}
	case p.kind == forum.Comment:
		return words{l.tag, "", w.comment()}
	}
	return words{l.tag, "", w.body()}
}

func (p post) time() time.Time { return time.UnixMilli(p.at).UTC() }
