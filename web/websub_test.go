package web_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/job"
	"picus/internal/websub"
)

// subscribed is a site whose hub works, with a clock that the test moves, and a program
// that subscribes to its feeds.
type subscribed struct {
	*site
	worker *websub.Hub
	ahead  atomic.Int64
	url    string
	posted chan delivery
	asked  chan url.Values
	meant  atomic.Bool  // what the program says when it is asked
	status atomic.Int64 // what it answers to a feed
}

type delivery struct {
	header http.Header
	body   string
}

func eachSubscribed(t *testing.T, test func(t *testing.T, s *subscribed)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &subscribed{site: newSiteOn(t, d), posted: make(chan delivery, 10), asked: make(chan url.Values, 50)}
		s.meant.Store(true)
		s.status.Store(http.StatusAccepted)
		server := httptest.NewServer(http.HandlerFunc(s.subscriber))
		t.Cleanup(server.Close)
		s.url = server.URL
		now := func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
		jobs := job.New(d, now)
		s.worker = websub.New(d, jobs, s.base, []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, now)
		s.worker.Draws(s.app.PublicFeed)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { jobs.Run(ctx) })
		t.Cleanup(func() { stop(); running.Wait() })
		test(t, s)
	})
}

// subscriber answers the hub.
func (s *subscribed) subscriber(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		body, _ := io.ReadAll(r.Body)
		w.WriteHeader(int(s.status.Load())) // before the test hears of it, and changes the answer
		s.posted <- delivery{r.Header, string(body)}
		return
	}
	query := r.URL.Query()
	if s.meant.Load() {
		fmt.Fprint(w, query.Get("hub.challenge"))
	} else {
		w.WriteHeader(http.StatusNotFound)
	}
	s.asked <- query
}

func (s *subscribed) ask(mode, topic string, more ...string) answer {
	s.Helper()
	form := url.Values{"hub.mode": {mode}, "hub.topic": {s.base + topic}, "hub.callback": {s.url + "/in?keep=this"}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return s.visitor().postRaw(websub.Path, form, nil)
}

// count waits until there are so many rows.
func (s *subscribed) count(want int, query string) {
	s.Helper()
	until(s, func() bool {
		n, err := db.Value[int](s.Context(), s.db, query)
		s.must(err)
		return n == want
	}, query)
}

func until(t testing.TB, ok func() bool, what string) {
	t.Helper()
	for deadline := time.Now().Add(patience); !ok(); {
		if time.Now().After(deadline) {
			t.Fatalf("it never came to this: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

const subscriptions = "SELECT count(*) FROM websub_subscription"

// happened has the hub look for news, and a minute pass.
func (s *subscribed) happened() {
	s.Helper()
	s.must(s.worker.Follow(s.Context()))
	s.ahead.Add(int64(time.Minute))
}

// TestAFeedIsSentToItsSubscriber follows the whole of the Recommendation: discovery,
// request, challenge, signed content, and the end of it.
func TestAFeedIsSentToItsSubscriber(t *testing.T) {
	eachSubscribed(t, func(t *testing.T, s *subscribed) {
		v, author := s.visitor(), s.person("author", account.Member)
		s.site.ask(author, "python", "The first thread", "Its text.")
		v.get("/b/python.atom").has(t, 200, `rel="hub" href="`+s.base+`/websub"`)
		s.ask("subscribe", "/b/python.atom", "hub.secret", "sesame", "hub.lease_seconds", "86400").has(t, http.StatusAccepted)
		asked := <-s.asked
		if asked.Get("hub.mode") != "subscribe" || asked.Get("hub.topic") != s.base+"/b/python.atom" || asked.Get("hub.lease_seconds") != "86400" || asked.Get("keep") != "this" {
			t.Errorf("the callback is asked %v", asked)
		}
		s.count(1, subscriptions)
		s.site.ask(s.admin, "staff", "Nobody knows", "Not sent.")
		s.site.ask(author, "python", "News for 订阅者", "The second text.")
		s.happened()
		got := <-s.posted
		feed := v.get("/b/python.atom")
		if got.body != feed.text || !strings.Contains(got.body, "News for 订阅者") || got.header.Get("Content-Type") != feed.Header.Get("Content-Type") || got.header.Get("Link") != feed.Header.Get("Link") {
			t.Errorf("the feed that was sent is not the feed: %v", got.header)
		}
		sum := hmac.New(sha256.New, []byte("sesame"))
		io.WriteString(sum, got.body)
		if want := "sha256=" + hex.EncodeToString(sum.Sum(nil)); got.header.Get("X-Hub-Signature") != want {
			t.Errorf("the signature is %q; want %q", got.header.Get("X-Hub-Signature"), want)
		}
		s.count(0, "SELECT count(*) FROM job WHERE kind LIKE 'websub%'")
		s.meant.Store(false)
		s.ask("unsubscribe", "/b/python.atom").has(t, http.StatusAccepted)
		<-s.asked
		s.count(0, "SELECT count(*) FROM job WHERE kind LIKE 'websub%'")
		s.count(1, subscriptions) // it was not the subscriber who asked
		s.meant.Store(true)
		s.ask("unsubscribe", "/b/python.atom").has(t, http.StatusAccepted)
		s.count(0, subscriptions)
	})
}

// TestFeedsSayWhereTheyAre in the header and in each format, for everybody alike.
func TestFeedsSayWhereTheyAre(t *testing.T) {
	s := newSite(t)
	s.saysWhere(t, "/b/python", "")
	s.saysWhere(t, "/questions", "?not=web&sort=unanswered")
	s.saysWhere(t, "/index", "")
	member := s.member(s.person("somebody", account.Member))
	if link := member.get("/b/python.atom").Header.Get("Link"); strings.Contains(link, "hub") {
		t.Errorf("a member's own feed has the hub %q", link)
	}
}

func (s *site) saysWhere(t *testing.T, path, query string) {
	t.Helper()
	for _, ending := range []string{".atom", ".rss", ".json"} {
		self, hub := s.base+path+ending+query, s.base+"/websub"
		feed := s.visitor().get(path + ending + query)
		if want := `<` + hub + `>; rel="hub", <` + self + `>; rel="self"`; feed.Header.Get("Link") != want {
			t.Errorf("the Link of %s is %q; want %q", path+ending, feed.Header.Get("Link"), want)
		}
		feed.has(t, 200, strings.ReplaceAll(self, "&", map[string]string{".json": `\u0026`}[ending]+map[bool]string{true: "&amp;"}[ending != ".json"]), hub)
		if err := xml.Unmarshal([]byte(feed.text), new(struct{ XMLName xml.Name })); ending != ".json" && err != nil {
			t.Errorf("%s is no XML: %v", path+ending, err)
		}
	}
}

// TestTheHubRefuses what it cannot or must not do.
func TestTheHubRefuses(t *testing.T) {
	eachSubscribed(t, func(t *testing.T, s *subscribed) {
		for name, row := range map[string][]string{
			"a private feed":          {"subscribe", "/b/staff.atom"},
			"no feed":                 {"subscribe", "/b/python"},
			"an archive":              {"subscribe", "/lists/python.mbox.gz"},
			"nothing":                 {"subscribe", "/b/nothing.atom"},
			"another name of a feed":  {"subscribe", "/questions.atom?sort=votes&lang=en"},
			"another mode":            {"publish", "/b/python.atom"},
			"a long secret":           {"subscribe", "/b/python.atom", "hub.secret", strings.Repeat("x", 200)},
			"no lease":                {"subscribe", "/b/python.atom", "hub.lease_seconds", "for ever"},
			"another site":            {"subscribe", "", "hub.topic", "http://example.org/b/python.atom"},
			"half of our name":        {"subscribe", "", "hub.topic", s.base + ".example.org/b/python.atom"},
			"a callback that is none": {"subscribe", "/b/python.atom", "hub.callback", "javascript:alert(1)"},
			"a callback with a name":  {"subscribe", "/b/python.atom", "hub.callback", "http://user:pass@example.org/"},
		} {
			if got := s.ask(row[0], row[1], row[2:]...); got.StatusCode != http.StatusBadRequest {
				t.Errorf("%s: %d; want 400", name, got.StatusCode)
			}
		}
		s.count(0, "SELECT count(*) FROM websub_request")
		s.stopClock()
		s.meant.Store(false)
		s.ask("subscribe", "/b/python.atom").has(t, http.StatusAccepted)
		<-s.asked
		s.count(0, "SELECT count(*) FROM job WHERE kind LIKE 'websub%'")
		s.count(0, subscriptions)
		for range 9 {
			s.ask("subscribe", "/b/python.atom").has(t, http.StatusAccepted)
		}
		s.ask("subscribe", "/b/python.atom").has(t, http.StatusTooManyRequests)
	})
}

// TestNoCallbackReachesAPrivateNetwork that the operator has not allowed.
func TestNoCallbackReachesAPrivateNetwork(t *testing.T) {
	eachSubscribed(t, func(t *testing.T, s *subscribed) {
		_, port, _ := strings.Cut(strings.TrimPrefix(s.url, "http://"), ":")
		for _, host := range []string{"127.0.0.2", "0.0.0.0", "[::1]", "[::ffff:127.0.0.2]"} {
			s.ask("subscribe", "/b/python.atom", "hub.callback", "http://"+host+":"+port+"/").has(t, http.StatusAccepted)
		}
		s.count(0, "SELECT count(*) FROM job WHERE kind LIKE 'websub%'")
		s.count(0, subscriptions)
		if len(s.asked) != 0 {
			t.Errorf("%d callbacks were reached; want none", len(s.asked))
		}
	})
}

// TestASubscriptionEndsWithItsFeed and with its callback, and outlasts a bad hour.
func TestASubscriptionEndsWithItsFeed(t *testing.T) {
	eachSubscribed(t, func(t *testing.T, s *subscribed) {
		author := s.person("author", account.Member)
		begun := s.site.ask(author, "python", "A thread", "Its text.")
		thread := fmt.Sprintf("/t/%d.atom", begun.Thread)
		for _, topic := range []string{"/b/python.atom", thread} {
			s.ask("subscribe", topic).has(t, http.StatusAccepted)
		}
		s.count(2, subscriptions)

		s.status.Store(http.StatusServiceUnavailable)
		s.reply(author, forum.NewPost{Thread: begun.Thread, Body: "Something new."})
		s.happened()
		<-s.posted
		<-s.posted
		s.status.Store(http.StatusNoContent)
		s.count(2, "SELECT count(*) FROM job WHERE kind = 'websub-deliver' AND state = 'ready' AND attempts = 1")
		s.ahead.Add(int64(time.Minute))
		if got := <-s.posted; !strings.Contains(got.body, "Something new.") {
			t.Error("what could not be sent at first is not what comes later")
		}
		<-s.posted
		s.count(2, subscriptions+" WHERE waiting = 0 AND failures = 0")

		_, err := s.forum.EditBoard(s.Context(), s.admin, "python", forum.Profile{Board: forum.Board{Slug: "python", Title: "Python", MayRead: account.Staff, MayPost: account.Staff}})
		s.must(err)
		s.reply(s.admin, forum.NewPost{Thread: begun.Thread, Body: "Among us."})
		s.happened()
		s.count(0, subscriptions)
		if len(s.posted) != 0 {
			t.Error("a feed was sent that visitors do not get any more")
		}
	})
}

// TestASubscriptionOutlivesAJobThatIsGivenUp as one is whose process ended several times.
func TestASubscriptionOutlivesAJobThatIsGivenUp(t *testing.T) {
	eachSubscribed(t, func(t *testing.T, s *subscribed) {
		s.ask("subscribe", "/b/python.atom").has(t, http.StatusAccepted)
		s.count(1, subscriptions)
		s.status.Store(http.StatusServiceUnavailable)
		s.site.ask(s.person("author", account.Member), "python", "A question?", "Its text.")
		s.happened()
		<-s.posted
		s.count(1, "SELECT count(*) FROM job WHERE kind = 'websub-deliver' AND state = 'ready' AND attempts = 1")
		s.must(s.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE job SET attempts = 8 WHERE kind = 'websub-deliver'")
			return err
		}))
		s.ahead.Add(int64(time.Minute))
		s.count(1, "SELECT count(*) FROM job WHERE kind = 'websub-deliver' AND state = 'failed'")
		s.status.Store(http.StatusNoContent)
		s.must(s.worker.Sweep(t.Context()))
		if got := <-s.posted; !strings.Contains(got.body, "A question?") {
			t.Error("what comes after all is not the news")
		}
		s.count(1, subscriptions+" WHERE waiting = 0 AND failures = 0")
	})
}

// TestAGoneCallbackIsNotAskedAgain has a subscriber say 410.
func TestAGoneCallbackIsNotAskedAgain(t *testing.T) {
	eachSubscribed(t, func(t *testing.T, s *subscribed) {
		s.ask("subscribe", "/questions.atom").has(t, http.StatusAccepted)
		<-s.asked
		s.count(1, subscriptions)
		s.status.Store(http.StatusGone)
		s.site.ask(s.person("author", account.Member), "python", "A question?", "Its text.")
		s.happened()
		<-s.posted
		s.count(0, subscriptions)
		s.must(s.worker.Sweep(s.Context()))
		s.count(0, "SELECT count(*) FROM websub_topic")
	})
}

// TestOnlyTheFeedsThatMayHaveChangedAreLookedAt after something happened somewhere.
func TestOnlyTheFeedsThatMayHaveChangedAreLookedAt(t *testing.T) {
	eachSubscribed(t, func(t *testing.T, s *subscribed) {
		author := s.person("author", account.Member)
		s.board(forum.Board{Slug: "other", Title: "Other", MayPost: 1})
		one, two := s.site.ask(author, "python", "One", "Its text."), s.site.ask(s.admin, "other", "Two", "Its text.")
		for _, topic := range []string{"/b/python.atom", "/b/other.atom", "/index.json", fmt.Sprintf("/t/%d.atom", one.Thread), fmt.Sprintf("/t/%d.atom", two.Thread), "/u/author.atom", "/u/keeper.atom", "/tags/asyncio.atom?sort=newest"} {
			s.ask("subscribe", topic).has(t, http.StatusAccepted)
		}
		s.count(8, subscriptions)
		s.reply(author, forum.NewPost{Thread: one.Thread, Body: "Something new."})
		var plans []dbtest.Plan
		if !s.db.Postgres() {
			plans = dbtest.Plans(t, s.db, func() { s.must(s.worker.Follow(t.Context())) })
		} else {
			s.must(s.worker.Follow(t.Context()))
		}
		waiting, err := db.Values[string](t.Context(), s.db, "SELECT path FROM websub_topic WHERE waiting = 1 ORDER BY path")
		s.must(err)
		if got, want := strings.Join(waiting, " "), fmt.Sprintf("/b/python.atom /index.json /t/%d.atom /tags/asyncio.atom?sort=newest /u/author.atom", one.Thread); got != want {
			t.Errorf("looked at are %s; want %s", got, want)
		}
		for _, p := range plans {
			for _, step := range p.Steps {
				if strings.Contains(step, "SCAN t") || strings.Contains(step, "SCAN e") || strings.Contains(step, "SCAN i") {
					t.Errorf("%s\nreads all of a table: %s", p.Query, strings.Join(p.Steps, "\n"))
				}
			}
		}
	})
}

// TestASlowCallbackHoldsUpNoOther has a host take every call and answer none, with more
// subscriptions than the hub has workers.
func TestASlowCallbackHoldsUpNoOther(t *testing.T) {
	eachSubscribed(t, func(t *testing.T, s *subscribed) {
		release := make(chan struct{})
		slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
		t.Cleanup(slow.Close)
		t.Cleanup(func() { close(release) })
		s.ask("subscribe", "/b/python.atom").has(t, http.StatusAccepted)
		s.count(1, subscriptions)
		s.must(s.db.Write(t.Context(), func(tx *db.Tx) error {
			for i := range 20 {
				_, err := tx.Exec(t.Context(), `
					INSERT INTO websub_subscription (id, topic, callback, host, expires, sent)
					SELECT ?, topic, ?, 'localhost', expires, sent FROM websub_subscription WHERE id > 0`,
					i-20, strings.Replace(slow.URL, "127.0.0.1", "localhost", 1)+fmt.Sprint("/?", i))
				if err != nil {
					return err
				}
			}
			return nil
		}))
		s.site.ask(s.person("author", account.Member), "python", "A question?", "Its text.")
		s.happened()
		if got := <-s.posted; !strings.Contains(got.body, "A question?") {
			t.Error("what comes is not the news")
		}
		s.count(1, subscriptions+" WHERE id > 0 AND waiting = 0")
		s.count(20, subscriptions+" WHERE id < 0 AND waiting = 1")
	})
}
