package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/job"
	"picus/internal/markdown"
)

// batch is how many posts are rendered by one goroutine and written in one transaction.
const batch = 2000

// builder writes a schedule into an empty database. It goes past forum.Start and
// forum.Reply, whose every post costs a place in the writer's queue, but not past
// item.Create; a test holds what it leaves behind against what they leave behind.
type builder struct {
	*schedule
	db     *db.DB
	items  *item.Store
	forum  *forum.Forum
	people []account.User
	spaces []forum.Board
}

func newBuilder(d *db.DB, s *schedule) *builder {
	now := func() time.Time { return time.UnixMilli(firstDay + (days+100)*dayMs).UTC() }
	store := &item.Store{DB: d, Jobs: job.New(d, now), Now: now}
	return &builder{schedule: s, db: d, items: store, forum: forum.New(store)}
}

// build writes everything; it reports the posts that are written.
func (b *builder) build(ctx context.Context, report func(done int)) error {
	if err := b.settle(ctx); err != nil {
		return err
	}
	if err := b.write(ctx, report); err != nil {
		return err
	}
	return b.finish(ctx)
}

// settle makes the members and the boards.
func (b *builder) settle(ctx context.Context) error {
	accounts := account.New(b.db, b.items.Jobs, b.items.Now)
	for i := range b.schedule.people {
		name := handle(i)
		u, err := accounts.Add(ctx, account.Registration{Name: name, Display: name, Email: name + "@example.org"}, account.Member)
		if err != nil {
			return fmt.Errorf("add %s: %w", name, err)
		}
		b.people = append(b.people, u)
	}
	for _, n := range boards {
		made, err := b.forum.AddBoard(ctx, account.Operator(), forum.Board{Slug: n.slug, Title: n.title, MayPost: 1})
		if err != nil {
			return fmt.Errorf("add the board %s: %w", n.slug, err)
		}
		b.spaces = append(b.spaces, made)
	}
	return nil
}

// write renders the posts on every processor and writes them in their order.
func (b *builder) write(ctx context.Context, report func(done int)) error {
	ready := make(chan chan []item.New, 2*runtime.GOMAXPROCS(0))
	go func() {
		defer close(ready)
		for from := 0; from < len(b.posts) && ctx.Err() == nil; from += batch {
			made := make(chan []item.New, 1)
			ready <- made
			go func() { made <- b.render(from, min(from+batch, len(b.posts))) }()
		}
	}()
	done := 0
	for made := range ready {
		items := <-made
		if err := b.db.Write(ctx, func(tx *db.Tx) error { return b.add(ctx, tx, done, items) }); err != nil {
			go drain(ready)
			return err
		}
		done += len(items)
		report(done)
	}
	return ctx.Err()
}

// drain lets the renderers end after a failure.
func drain(ready chan chan []item.New) {
	for range ready {
	}
}

func (b *builder) render(from, to int) []item.New {
	items := make([]item.New, 0, to-from)
	for i := from; i < to; i++ {
		items = append(items, b.item(i))
	}
	return items
}

// item makes one post with its text.
func (b *builder) item(i int) item.New {
	p := b.posts[i]
	t := b.threads[p.thread]
	words := b.text(i)
	made := item.New{
		Kind: item.Post, Space: b.spaces[t.board].ID, Author: b.people[p.author], Lang: words.lang, Status: item.Live, Via: item.Import, At: p.time(),
		Text: item.Render(words.title, item.Markdown, words.body, true, nil),
	}
	if p.first {
		made.Kind, made.Slug, made.Tags = item.Thread, markdown.Slug(words.title), tagNames(t.tags)
	} else {
		made.Parent, made.Root = b.id(int(p.parent)), b.id(b.first(i))
	}
	return made
}

func tagNames(tags []int) []string {
	var names []string
	for _, n := range tags {
		names = append(names, fmt.Sprintf("tag-%d", n))
	}
	return names
}

// id is the id that the ith post gets in an empty database.
func (b *builder) id(i int) int64 { return int64(i + 1) }

// add writes posts; from is the number of the first.
func (b *builder) add(ctx context.Context, tx *db.Tx, from int, items []item.New) error {
	for n, made := range items {
		i := from + n
		saved, err := b.items.Create(ctx, tx, made)
		if err != nil {
			return err
		}
		if saved.Item != b.id(i) {
			return fmt.Errorf("post %d became item %d: the database was not empty", i, saved.Item)
		}
		if err := b.addPost(ctx, tx, i); err != nil {
			return err
		}
	}
	return nil
}

// addPost writes what the forum adds to an item, and the votes.
func (b *builder) addPost(ctx context.Context, tx *db.Tx, i int) error {
	p := b.posts[i]
	below := int64(0)
	if p.kind == forum.Comment {
		below = b.id(int(p.parent))
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO post (item, thread, below, kind, created, active, score, up, down) VALUES (?, ?, nullif(?, 0), ?, ?, ?, ?, ?, ?)`,
		b.id(i), b.id(b.first(i)), below, p.kind, p.at, p.at, p.up-p.down, p.up, p.down)
	if err != nil {
		return err
	}
	for n, voter := range b.voters(i) {
		value, reason := 1, ""
		if n >= int(p.up) {
			value, reason = -1, forum.Unsaid
		}
		_, err := tx.Exec(ctx, "INSERT INTO vote (account, item, value, at, reason) VALUES (?, ?, ?, ?, ?)",
			b.people[voter].ID, b.id(i), value, b.items.Now().UnixMilli(), reason)
		if err != nil {
			return err
		}
	}
	return nil
}

// voters are who voted on the ith post: first those for it, then those against.
func (b *builder) voters(i int) []int {
	p := b.posts[i]
	all := make([]int, p.up+p.down)
	others := len(b.people) - 1
	start := rand.New(rand.NewPCG(b.seed, uint64(i)<<8|'v')).IntN(others)
	for n := range all {
		all[n] = (int(p.author) + 1 + (start+n)%others) % len(b.people) // nobody votes on their own post
	}
	return all
}

// finish writes the threads with their counters, what the tags' lists are ordered
// by, and the boards' counters.
func (b *builder) finish(ctx context.Context) error {
	sums := b.sums()
	for from := 0; from < len(b.order); from += 10 * batch {
		err := b.db.Write(ctx, func(tx *db.Tx) error {
			return b.addThreads(ctx, tx, sums, b.order[from:min(from+10*batch, len(b.order))])
		})
		if err != nil {
			return err
		}
	}
	return b.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO thread_tag (tag, thread, created, last_at, score)
			SELECT it.tag, t.item, t.created, t.last_at, t.score FROM item_tag it JOIN thread t ON t.item = it.item`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			UPDATE post SET active = (SELECT max(c.created) FROM post c WHERE c.below = post.item)
			WHERE EXISTS (SELECT 1 FROM post c WHERE c.below = post.item)`)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			UPDATE space SET threads = (SELECT count(*) FROM thread t WHERE t.board = space.id),
				last_at = coalesce((SELECT max(t.last_at) FROM thread t WHERE t.board = space.id), 0)`)
		return err
	})
}

// sum is what a thread counts.
type sum struct {
	posts, answers, helped, last int
	answered                     int64 // when its first answer was written
}

func (b *builder) sums() []sum {
	sums := make([]sum, len(b.threads))
	for i, p := range b.posts {
		s := &sums[p.thread]
		s.posts++
		s.last = i
		if p.kind != forum.Answer {
			continue
		}
		if s.answers == 0 {
			s.answered = p.at
		}
		s.answers++
		if p.author != b.posts[b.first(i)].author {
			s.helped++
		}
	}
	return sums
}

func (b *builder) addThreads(ctx context.Context, tx *db.Tx, sums []sum, firsts []int) error {
	for _, i := range firsts {
		p := b.posts[i]
		t, s := b.threads[p.thread], sums[p.thread]
		last := b.posts[s.last]
		_, err := tx.Exec(ctx, `
			INSERT INTO thread (item, board, kind, state, tags, created, score, posts, answers, helped, lang, accepted, last_at, last_by, last_post, last_via)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?, ?, 'import')`,
			b.id(i), b.spaces[t.board].ID, t.kind, t.state(s), strings.Join(tagNames(t.tags), " "), p.at, p.up-p.down, s.posts, s.answers, s.helped, b.text(i).lang,
			b.accepted(t), last.at, b.people[last.author].ID, b.id(s.last))
		if err != nil {
			return err
		}
		if err := b.addQuestion(ctx, tx, i, s); err != nil {
			return err
		}
		if t.accepted == 0 {
			continue
		}
		if _, err := b.items.Happened(ctx, tx, b.people[p.author], item.Accepted, b.id(t.accepted), 0, item.Import); err != nil {
			return err
		}
	}
	return nil
}

// addQuestion writes since when a question is answered or solved.
func (b *builder) addQuestion(ctx context.Context, tx *db.Tx, first int, s sum) error {
	since := s.answered
	if b.threads[b.posts[first].thread].accepted != 0 {
		since = b.items.Now().UnixMilli()
	}
	if since == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, "INSERT INTO question (item, since) VALUES (?, ?)", b.id(first), since)
	return err
}

func (b *builder) accepted(t thread) int64 {
	if t.accepted == 0 {
		return 0
	}
	return b.id(t.accepted)
}

func (t thread) state(s sum) forum.State {
	switch {
	case t.accepted != 0:
		return forum.Solved
	case s.answers > 0:
		return forum.Answered
	}
	return forum.Open
}
