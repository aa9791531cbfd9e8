package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
)

// The visibility matrix (SECURITY.md, Z-1): every state that something can be in, and
// every way to read, for everybody who may ask. Each thing holds words that stand
// nowhere else; an answer that holds one for somebody who may not know of the thing is
// a leak, whatever the path.

// watcher is one who looks at the site: by browser, and by API.
type watcher struct {
	name string
	user account.User
	*browser
	token string
}

// thing is something that people write, with the words that give it away.
type thing struct {
	state        string
	words        []string // of its title, text, tags, reason and so on
	needle       string   // a word to search for, which its pages hold as well
	thread, post int64
	about        int64 // the article that it is
	slug         string
	who          string // those who may know of it, with spaces between
	shown        []string
}

// zoo is a site with a thing in every state, and somebody of every kind.
type zoo struct {
	*site
	watchers []*watcher
	things   []*thing
	closed   account.Audience
	guards   account.Audience
	files    []string // addresses of files that things mention
	articles []string // and of articles
	open     *thing   // the first open thread
}

// Who may know of what. The author is of the group that the closed board is for, the
// guard keeps order there without being of it, and the former one was of it once.
const (
	everybody   = "visitor member reader author guard former moderator admin"
	signed      = "member reader author guard former moderator admin"
	ofTheClosed = "reader author guard moderator admin"
	ofTheStaff  = "moderator admin"
	own         = "author moderator admin"
	ownInClosed = "author guard moderator admin"
)

func eachZoo(t *testing.T, test func(t *testing.T, z *zoo)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, newZoo(t, d)) })
}

func newZoo(t *testing.T, d *db.DB) *zoo {
	t.Helper()
	z := &zoo{site: newSiteOn(t, d)}
	z.items.Grace = 0
	var asked atomic.Int64 // nobody here writes too fast
	began := time.Now().Add(-24 * time.Hour)
	z.items.Now = func() time.Time { return began.Add(time.Duration(asked.Add(1)) * 3 * time.Second) }
	for _, name := range strings.Fields(everybody) {
		role := map[string]account.Role{"moderator": account.Moderator, "admin": account.Administrator}[name]
		if role == "" {
			role = account.Member
		}
		w := &watcher{name: name, browser: z.visitor()}
		if name != "visitor" {
			w.user = z.person(name+"-x", role)
		}
		z.watchers = append(z.watchers, w)
	}
	z.closed, z.guards = z.group("readers", "reader", "author", "former"), z.group("guards", "guard")
	z.board(forum.Board{Slug: "members", Title: "For members", MayRead: account.Members, MayPost: account.Members})
	z.board(forum.Board{Slug: "old", Title: "Old", MayPost: account.Members})
	for _, slug := range []string{"closed", "oldclosed"} {
		z.board(forum.Board{Slug: slug, Title: "zqboard" + slug, Description: "zqfor" + slug, MayRead: z.closed, MayPost: z.closed, MayModerate: z.guards})
	}
	z.exec("UPDATE board SET template = 'zqtemplate' WHERE space = (SELECT id FROM space WHERE slug = 'closed')")
	for _, w := range z.watchers[1:] {
		w.user = z.again(w.user)
		w.browser = z.member(w.user)
		token, err := z.accounts.NewToken(z.Context(), w.user, "matrix", account.Scopes(w.user))
		z.must(err)
		w.token = token
	}
	z.things = append(z.things, &thing{state: "a closed board itself", words: []string{"zqboardclosed", "zqforclosed", "zqboardoldclosed", "zqforoldclosed", "zqtemplate"}, who: ofTheClosed,
		shown: []string{"/b", "/", "/b/:board", "/b/:board/new", "/api/v1/boards"}})
	return z
}

func (z *zoo) by(name string) account.User {
	z.Helper()
	i := slices.IndexFunc(z.watchers, func(w *watcher) bool { return w.name == name })
	return z.watchers[i].user
}

func (z *zoo) group(name string, people ...string) account.Audience {
	z.Helper()
	g, err := z.accounts.AddGroup(z.Context(), account.Operator(), account.Group{Name: name})
	z.must(err)
	for _, p := range people {
		z.must(z.accounts.JoinGroup(z.Context(), account.Operator(), g.ID, z.by(p).Name))
	}
	return g.Audience()
}

func (z *zoo) again(u account.User) account.User {
	z.Helper()
	u, err := z.accounts.ByName(z.Context(), u.Name)
	z.must(err)
	return u
}

func (z *zoo) exec(query string, args ...any) {
	z.Helper()
	z.must(z.db.Write(z.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(z.Context(), query, args...)
		return err
	}))
}

// add notes a thing; its words are made of its number.
func (z *zoo) add(state, who string) *thing {
	n := len(z.things)
	t := &thing{state: state, who: who, needle: fmt.Sprintf("needle%02dx", n), words: []string{fmt.Sprintf("zq%02dtext", n)}}
	z.things = append(z.things, t)
	return t
}

// text speaks to everybody there is, and of a page of the wiki.
func (t *thing) text(file string) string {
	return t.words[0] + " needles " + t.needle + " " + file + " [[Home]] @member-x @former-x @reader-x @guard-x @moderator-x"
}

// start makes a thread in a board.
func (z *zoo) start(state, who, board string, by account.User, kind forum.Kind) *thing {
	z.Helper()
	t := z.add(state, who)
	n := len(z.things) - 1
	file := z.attach(t, by)
	t.words = append(t.words, fmt.Sprintf("zq%02dtitle", n), fmt.Sprintf("zq%02dtag", n))
	poll := forum.NewPoll{}
	if kind == forum.Voting {
		poll.Options = []string{"yes to " + t.words[0], "no"}
	}
	ref, err := z.forum.Start(z.Context(), by, forum.NewThread{Board: board, Poll: poll, Kind: kind, Title: "About " + t.words[len(t.words)-2], Body: t.text(file), Tags: "common " + t.words[len(t.words)-1], Via: item.API})
	z.must(err)
	t.thread, t.post, t.slug = ref.Thread, ref.Post, ref.Slug
	return t
}

// says adds a post to a thread.
func (z *zoo) says(state, who string, in *thing, parent int64, by account.User, kind forum.Kind) *thing {
	z.Helper()
	t := z.add(state, who)
	ref, err := z.forum.Reply(z.Context(), by, forum.NewPost{Thread: in.thread, Parent: parent, Kind: kind, Body: t.text(z.attach(t, by)), Via: item.API})
	z.must(err)
	t.thread, t.post, t.slug = ref.Thread, ref.Post, ref.Slug
	return t
}

// attach has somebody send a file for the thing, and returns how its text mentions it.
func (z *zoo) attach(t *thing, by account.User) string {
	z.Helper()
	word := strings.Replace(t.words[0], "text", "file", 1)
	t.words = append(t.words, word)
	u, err := z.items.Keep(z.Context(), by, item.Sent{Name: "notes.txt", Data: []byte(word + " is in the file"), Via: item.API})
	z.must(err)
	z.files = append(z.files, u.Path())
	return u.Markdown()
}

// may reports whether somebody may know of the thing.
func (t *thing) may(w *watcher) bool { return slices.Contains(strings.Fields(t.who), w.name) }

// found returns the words of a thing that an answer holds and the question did not.
func (t *thing) found(path string, a answer) (all []string) {
	var headers strings.Builder
	_ = a.Header.Write(&headers)
	text := a.text + headers.String()
	for _, word := range t.words {
		if strings.Contains(text, word) && !strings.Contains(path, word) {
			all = append(all, word)
		}
	}
	return all
}

// fetch asks as somebody: programs ask the API with their token.
func (w *watcher) fetch(path string) answer {
	w.Helper()
	headers := http.Header{}
	if w.token != "" && strings.HasPrefix(path, "/api/") {
		headers.Set("Authorization", "Bearer "+w.token)
	}
	return w.do("GET", path, nil, headers)
}

func TestNobodySeesWhatIsNotForThem(t *testing.T) {
	eachZoo(t, func(t *testing.T, z *zoo) {
		z.fill()
		z.tellAll()
		routes := z.routes()
		for _, pattern := range z.app.Pages() {
			if _, known := routes[pattern]; !known {
				t.Errorf("the matrix does not know the route %s: say in matrixroutes_test.go what to fetch there", pattern)
			}
		}
		seen := map[*thing]map[string]string{} // what was seen by which route by whom
		for _, thing := range z.things {
			seen[thing] = map[string]string{}
		}
		for pattern, paths := range routes {
			for _, path := range paths {
				for _, w := range z.watchers {
					got := w.fetch(path)
					if got.StatusCode >= 500 {
						t.Errorf("GET %s by %s = %d", path, w.name, got.StatusCode)
					}
					for _, thing := range z.things {
						words := thing.found(path, got)
						if len(words) > 0 && !thing.may(w) {
							t.Errorf("GET %s shows %s to the %s: %s", path, thing.state, w.name, strings.Join(words, " "))
						}
						if len(words) > 0 {
							seen[thing][pattern] += " " + w.name
						}
					}
				}
			}
		}
		for _, thing := range z.things {
			for _, pattern := range thing.shown {
				for _, name := range strings.Fields(thing.who) {
					if !slices.Contains(strings.Fields(seen[thing][pattern]), name) && !(name == "visitor" && strings.HasSuffix(pattern, "/notifications")) {
						t.Errorf("%s does not show %s to the %s, who may see it", pattern, thing.state, name)
					}
				}
			}
		}
	})
}

// TestWhatIsHiddenIsNotThere compares the answers about a hidden thing with those about
// none: a difference would say that there is something (Z-8).
func TestWhatIsHiddenIsNotThere(t *testing.T) {
	eachZoo(t, func(t *testing.T, z *zoo) {
		z.fill()
		const nothing = "999999"
		for _, w := range z.watchers {
			for _, thing := range z.things {
				if thing.may(w) || thing.post == 0 || thing.who == own {
					continue // a deleted post of a thread in sight leaves its place
				}
				id := fmt.Sprint(thing.post)
				for _, path := range []string{"/t/%s", "/t/%s/x", "/t/%s.atom", "/t/%s.json", "/t/%s.md", "/t/%s.txt", "/t/%s.mbox", "/p/%s", "/p/%s/reply", "/p/%s/edit", "/p/%s/delete", "/p/%s/history", "/p/%s/original",
					"/api/v1/threads/%s", "/api/v1/posts/%s", "/api/v1/posts/%s/revisions"} {
					got, want := w.fetch(fmt.Sprintf(path, id)), w.fetch(fmt.Sprintf(path, nothing))
					if got.StatusCode != want.StatusCode {
						t.Errorf("%s by the %s of %s = %d; of nothing %d", path, w.name, thing.state, got.StatusCode, want.StatusCode)
					}
				}
			}
		}
	})
}

// TestWhatIsHiddenChangesNoFigure compares the pages of somebody outside before and
// after a closed board comes to life (Z-8).
func TestWhatIsHiddenChangesNoFigure(t *testing.T) {
	eachZoo(t, func(t *testing.T, z *zoo) {
		public := z.start("public", everybody, "python", z.by("author"), forum.Question)
		z.says("an answer", everybody, public, 0, z.by("reader"), forum.Answer)
		z.wiki()
		z.must(z.forum.Tally(t.Context()))
		paths := []string{"/", "/index.atom", "/b", "/b/python", "/b/python.atom", "/questions", "/questions.rss", "/tags", "/tags/common", "/tags/common.json", "/search?q=needles", "/wiki", "/wiki/Home",
			"/u/author-x", "/u/author-x?show=posts", "/sitemap.xml", "/sitemap/rooms.xml", "/sitemap/0.xml", "/about", "/api/v1/boards", "/api/v1/threads", "/api/v1/search?q=needles", "/api/v1/users/author-x"}
		outside := []*watcher{z.watchers[0], z.watchers[1]}
		before := map[string]string{}
		look := func(do func(key, text string)) {
			for _, w := range outside {
				for _, path := range paths {
					do(w.name+" "+path, steady(w.fetch(path).text))
				}
			}
		}
		look(func(key, text string) { before[key] = text })
		secret := z.start("hidden", ofTheClosed, "closed", z.by("author"), forum.Question)
		z.says("hidden", ofTheClosed, secret, 0, z.by("reader"), forum.Answer)
		z.must(z.forum.Tally(t.Context()))
		look(func(key, text string) {
			if text != before[key] {
				t.Errorf("what is hidden has changed what %s shows:\n%s", key, difference(before[key], text))
			}
		})
	})
}

// moving is what differs between two answers in any case.
var moving = regexp.MustCompile(`name="(csrf|until)" value="[^"]*"|<time[^>]*>[^<]*</time>|<lastBuildDate>[^<]*|<updated>[^<]*`)

func steady(text string) string { return moving.ReplaceAllString(text, "") }

// difference shows where two texts part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	from := max(0, i-100)
	return a[from:min(len(a), i+200)] + "\n-- and now --\n" + b[from:min(len(b), i+200)]
}

// TestNobodyIsToldOfWhatIsNotForThem has everybody subscribed to everything.
func TestNobodyIsToldOfWhatIsNotForThem(t *testing.T) {
	eachZoo(t, func(t *testing.T, z *zoo) {
		for _, w := range z.watchers[1:] {
			z.exec(`INSERT INTO subscription (target, target_id, account, level, channel, created) SELECT 'board', id, CAST(? AS BIGINT), 'watch', 'mail', 0 FROM space WHERE kind = 'board'`, w.user.ID)
		}
		z.fill()
		z.work()
		told := 0
		for table, from := range map[string]string{"the mail": "outgoing o", "the notifications": "notification n JOIN event e ON e.seq = n.event"} {
			account, about := "o.account", "o.item"
			if table != "the mail" {
				account, about = "n.account", "e.item"
			}
			for _, w := range z.watchers[1:] {
				ids, err := db.Values[int64](t.Context(), z.db, "SELECT "+about+" FROM "+from+" WHERE "+account+" = ?", w.user.ID)
				z.must(err)
				for _, thing := range z.things {
					if thing.post == 0 || !slices.Contains(ids, thing.post) {
						continue
					}
					told++
					if !thing.may(w) {
						t.Errorf("%s tell the %s of %s", table, w.name, thing.state)
					}
				}
			}
		}
		if told < 50 {
			t.Errorf("%d people were told of something; want many", told)
		}
	})
}
