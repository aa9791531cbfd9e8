package web_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/internal/push"
)

// pushed is a site, and a push service with one browser behind it.
type pushed struct {
	*site
	url    string
	key    *ecdh.PrivateKey
	auth   []byte
	got    chan push.Notice
	status atomic.Int64
}

func eachPushed(t *testing.T, test func(t *testing.T, s *pushed)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := &pushed{site: newSiteOn(t, d), auth: make([]byte, 16), got: make(chan push.Notice, 10)}
		s.items.Grace = 0
		s.status.Store(http.StatusCreated)
		rand.Read(s.auth)
		var err error
		s.key, err = ecdh.P256().GenerateKey(rand.Reader)
		s.must(err)
		server := httptest.NewServer(http.HandlerFunc(s.service))
		t.Cleanup(server.Close)
		s.url = server.URL + "/browser/one"
		test(t, s)
	})
}

// work has the jobs done until the end of the test.
func (s *pushed) work() {
	ctx, stop := context.WithCancel(s.Context())
	var running sync.WaitGroup
	running.Go(func() { s.jobs.Run(ctx) })
	s.Cleanup(func() { stop(); running.Wait() })
}

// count waits until there are so many rows.
func (s *pushed) count(want int, query string) {
	s.Helper()
	until(s, func() bool {
		n, err := db.Value[int](s.Context(), s.db, query)
		s.must(err)
		return n == want
	}, query)
}

// service is the push service, and the browser: it takes what it can read.
func (s *pushed) service(w http.ResponseWriter, r *http.Request) {
	sealed, err := io.ReadAll(r.Body)
	var n push.Notice
	if err == nil {
		var text []byte
		if text, err = s.open(sealed); err == nil {
			err = json.Unmarshal(text, &n)
		}
	}
	if err == nil {
		err = authorized(r)
	}
	if err != nil || r.Header.Get("Content-Encoding") != "aes128gcm" || r.Header.Get("TTL") != "86400" {
		s.Errorf("the push service does not take %v: %v", r.Header, err)
	}
	w.WriteHeader(int(s.status.Load()))
	s.got <- n
}

// open decrypts as RFC 8291 has the browser do it.
func (s *pushed) open(sealed []byte) ([]byte, error) {
	if len(sealed) < 86 || sealed[20] != 65 {
		return nil, fmt.Errorf("%d bytes", len(sealed))
	}
	salt, public := sealed[:16], sealed[21:86]
	theirs, err := ecdh.P256().NewPublicKey(public)
	if err != nil {
		return nil, err
	}
	shared, err := s.key.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		key, err := hkdf.Key(sha256.New, secret, salt, info, n)
		s.must(err)
		return key
	}
	ikm := derive(shared, s.auth, "WebPush: info\x00"+string(s.key.PublicKey().Bytes())+string(public), 32)
	block, err := aes.NewCipher(derive(ikm, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	text, err := gcm.Open(nil, derive(ikm, salt, "Content-Encoding: nonce\x00", 12), sealed[86:], nil)
	if err != nil {
		return nil, err
	}
	return []byte(strings.TrimRight(string(text), "\x02")), nil
}

var vapid = regexp.MustCompile(`^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$`)

// authorized checks the signature, and that it is for this service.
func authorized(r *http.Request) error {
	m := vapid.FindStringSubmatch(r.Header.Get("Authorization"))
	if m == nil {
		return fmt.Errorf("no VAPID")
	}
	signature, _ := base64.RawURLEncoding.DecodeString(m[3])
	key, _ := base64.RawURLEncoding.DecodeString(m[4])
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), key)
	if err != nil || len(signature) != 64 {
		return fmt.Errorf("no signature: %w", err)
	}
	sum := sha256.Sum256([]byte(m[1] + "." + m[2]))
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return fmt.Errorf("the signature is wrong")
	}
	claims, _ := base64.RawURLEncoding.DecodeString(m[2])
	if !strings.Contains(string(claims), `"aud":"http://`+r.Host+`"`) {
		return fmt.Errorf("it is for %s", claims)
	}
	return nil
}

func (s *pushed) subscribe(b *browser) answer {
	s.Helper()
	return b.post("/settings/push", "endpoint", s.url, "key", base64.RawURLEncoding.EncodeToString(s.key.PublicKey().Bytes()), "auth", base64.RawURLEncoding.EncodeToString(s.auth))
}

const browsers = "SELECT count(*) FROM push_browser"

// TestANoticeReachesItsBrowser from the form to the words that the browser shows.
func TestANoticeReachesItsBrowser(t *testing.T) {
	eachPushed(t, func(t *testing.T, s *pushed) {
		asker, helper := s.person("asker", account.Member), s.person("helper", account.Member)
		b := s.member(asker)
		s.subscribe(b).has(t, http.StatusSeeOther)
		b.get("/settings/push").has(t, 200, "this one", "where you are mentioned")
		s.work()
		asked := s.ask(asker, "python", "How?", "Please.")
		s.count(0, "SELECT count(*) FROM job") // or the helper, who follows the thread by then, is told of the question as well
		answered := s.reply(helper, forum.NewPost{Thread: asked.Thread, Body: "Like this."})
		if n, want := <-s.got, (push.Notice{Title: "How?", Body: "helper: you follow the thread", URL: fmt.Sprintf("/p/%d", answered.Post), Tag: fmt.Sprintf("item-%d", answered.Post)}); n != want {
			t.Errorf("the browser shows %+v; want %+v", n, want)
		}
		s.count(1, browsers+" WHERE used > 0")
		id, err := db.Value[int64](t.Context(), s.db, "SELECT id FROM push_browser")
		s.must(err)
		s.member(helper).post(fmt.Sprint("/settings/push/", id), "away", "1").has(t, http.StatusNotFound)
		b.post(fmt.Sprint("/settings/push/", id), "mention", "on").has(t, http.StatusSeeOther)
		s.reply(helper, forum.NewPost{Thread: asked.Thread, Body: "Or like that."})
		s.count(2, "SELECT count(*) FROM notification")
		s.reply(helper, forum.NewPost{Thread: asked.Thread, Body: "What do you say, @asker?"})
		if n := <-s.got; !strings.Contains(n.Body, "you are mentioned") {
			t.Errorf("the browser shows %+v; want the mention alone", n)
		}
		b.post(fmt.Sprint("/settings/push/", id), "away", "1").has(t, http.StatusSeeOther)
		s.count(0, browsers)
	})
}

// TestABrowserThatIsGoneIsForgotten and one whose service is busy is not.
func TestABrowserThatIsGoneIsForgotten(t *testing.T) {
	eachPushed(t, func(t *testing.T, s *pushed) {
		asker, helper := s.person("asker", account.Member), s.person("helper", account.Member)
		s.subscribe(s.member(asker)).has(t, http.StatusSeeOther)
		asked := s.ask(asker, "python", "How?", "Please.")
		s.work()
		s.status.Store(http.StatusTooManyRequests)
		s.reply(helper, forum.NewPost{Thread: asked.Thread, Body: "Like this."})
		<-s.got
		s.count(1, "SELECT count(*) FROM job WHERE kind = 'push-send' AND state = 'ready' AND attempts = 1")
		s.status.Store(http.StatusGone)
		s.must(s.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE job SET due = 0 WHERE kind = 'push-send'")
			return err
		}))
		<-s.got
		s.count(0, browsers)
	})
}

// TestNothingIsPushedThatOneMayNotKnow any more: of what went out of sight, to who is signed
// out, and what was read already.
func TestNothingIsPushedThatOneMayNotKnow(t *testing.T) {
	for name, meanwhile := range map[string]func(s *pushed, b *browser){
		"the board is closed":  func(s *pushed, _ *browser) { s.run("UPDATE space SET may_read = 2 WHERE slug = 'python'") },
		"the post is deleted":  func(s *pushed, _ *browser) { s.run("UPDATE item SET status = 'deleted' WHERE kind = 'post'") },
		"the member signs out": func(_ *pushed, b *browser) { b.post("/logout") },
		"the member is closed out": func(s *pushed, b *browser) {
			s.run("UPDATE account SET status = 'suspended' WHERE name = 'asker'")
		},
		"it is read": func(_ *pushed, b *browser) { b.post("/notifications/read") },
	} {
		t.Run(name, func(t *testing.T) {
			eachPushed(t, func(t *testing.T, s *pushed) {
				asker, helper := s.person("asker", account.Member), s.person("helper", account.Member)
				b := s.member(asker)
				s.subscribe(b).has(t, http.StatusSeeOther)
				asked := s.ask(asker, "python", "How?", "Please.")
				s.reply(helper, forum.NewPost{Thread: asked.Thread, Body: "Like this."})
				s.must(s.db.Write(t.Context(), func(tx *db.Tx) error {
					event, err := db.Value[int64](t.Context(), tx, "SELECT max(seq) FROM event")
					if err != nil {
						return err
					}
					return s.items.TellOne(t.Context(), tx, event, asker.ID, "thread")
				}))
				s.run("DELETE FROM job WHERE kind = '" + item.EventJob + "'")
				meanwhile(s, b)
				s.work()
				s.count(0, "SELECT count(*) FROM job WHERE kind LIKE 'push%'")
				if len(s.got) != 0 {
					t.Errorf("the browser shows %+v", <-s.got)
				}
			})
		})
	}
}

func (s *pushed) run(query string) {
	s.Helper()
	s.must(s.db.Write(s.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(s.Context(), query)
		return err
	}))
}

// TestNoBrowserIsAnywhereElse tries addresses that are no push service's.
func TestNoBrowserIsAnywhereElse(t *testing.T) {
	eachPushed(t, func(t *testing.T, s *pushed) {
		asker, helper := s.person("asker", account.Member), s.person("helper", account.Member)
		b := s.member(asker)
		good := s.url
		for _, s.url = range []string{"", "ftp://example.org/", "https://user:pass@example.org/", "/relative"} {
			s.subscribe(b).has(t, http.StatusUnprocessableEntity)
		}
		s.visitor().post("/settings/push", "endpoint", good).has(t, http.StatusUnauthorized)
		s.url = strings.Replace(good, "127.0.0.1", "127.0.0.2", 1)
		s.subscribe(b).has(t, http.StatusSeeOther)
		asked := s.ask(asker, "python", "How?", "Please.")
		s.reply(helper, forum.NewPost{Thread: asked.Thread, Body: "Like this."})
		s.work()
		s.count(0, browsers)
		if len(s.got) != 0 {
			t.Error("a private address was reached")
		}
	})
}

// TestOneBoardIsShownByBrowsersThatShowNone of the notices of boards, because its follower
// chose that for it; and so are one thread, one tag and one person.
func TestOneBoardIsShownByBrowsersThatShowNone(t *testing.T) {
	eachPushed(t, func(t *testing.T, s *pushed) {
		ada, helper := s.person("ada", account.Member), s.person("helper", account.Member)
		b := s.member(ada)
		s.subscribe(b).has(t, http.StatusSeeOther)
		s.run("UPDATE push_browser SET kinds = ''")
		s.board(forum.Board{Slug: "quiet", Title: "Quiet", MayPost: 1})
		for _, slug := range []string{"python", "quiet"} {
			b.post("/b/"+slug+"/watch", "level", "web").has(t, http.StatusSeeOther)
		}
		b.get("/b/python").has(t, 200, "told on the site", `value="push"`)
		b.post("/b/python/watch", "level", "push").has(t, http.StatusSeeOther)
		b.get("/b/python").has(t, 200, "shown in your browsers", `href="/settings/push"`)
		b.get("/settings").has(t, 200, "everything, on the site and in your browsers")
		s.work()
		s.ask(helper, "quiet", "Only on the site?", "Please.")
		s.count(1, "SELECT count(*) FROM notification")
		loud := s.ask(helper, "python", "In the browser?", "Please.")
		if n := <-s.got; n.Title != "In the browser?" || n.Body != "helper: you follow the board" {
			t.Errorf("the browser shows %+v", n)
		}
		b.get("/notifications").has(t, 200, "In the browser?", "Only on the site?")
		b.post("/b/python/watch", "level", "normal")
		for path, title := range map[string]string{fmt.Sprintf("/t/%d/%s", loud.Thread, loud.Slug): "In the browser?", "/tags/asyncio": "Under a tag?", "/u/helper": "Of a person?"} {
			b.post(strings.TrimSuffix(path, "/"+loud.Slug)+"/watch", "level", "push").has(t, http.StatusSeeOther)
			if strings.HasPrefix(path, "/t/") {
				s.reply(helper, forum.NewPost{Thread: loud.Thread, Body: "And more."})
			} else {
				s.ask(helper, "quiet", title, "Please.")
			}
			if n := <-s.got; n.Title != title {
				t.Errorf("%s: the browser shows %+v", path, n)
			}
			b.get(path).has(t, http.StatusOK, "shown in your browsers")
			b.post(strings.TrimSuffix(path, "/"+loud.Slug)+"/watch", "level", "normal")
		}
		s.count(0, "SELECT count(*) FROM outgoing")
	})
}
