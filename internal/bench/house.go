package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"

	"picus/account"
	"picus/blog"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/job"
	"picus/mail"
	"picus/web"
	"picus/wiki"
)

// Who reads and who writes while it is measured. The writers are moderators, whom
// the forum lets write as fast as they can.
const (
	readerName = "bench-reader"
	writerStem = "bench-writer-"
	password   = "a woodpecker knocks twice"
)

// house is the rooms on the database of the run, in this process: what is asked
// once is asked here, what is timed is asked of the server.
type house struct {
	db       *db.DB
	accounts *account.Accounts
	forum    *forum.Forum
	app      *web.App
}

func openHouse(ctx context.Context, data string) (*house, error) {
	d, err := db.Open(ctx, filepath.Join(data, "picus.db"))
	if err != nil {
		return nil, err
	}
	items := &item.Store{DB: d, Jobs: job.New(d, time.Now), Now: time.Now}
	h := &house{db: d, accounts: account.New(d, items.Jobs, time.Now), forum: forum.New(items)}
	if err := h.accounts.Open(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	h.app, err = web.New(web.Config{BaseURL: "http://localhost", Site: "Picus", MailDomain: "localhost"}, web.Rooms{
		Accounts: h.accounts, Forum: h.forum, Items: items, Wiki: wiki.New(items), Blog: blog.New(items),
		Mail: mail.New(mail.Config{Domain: "localhost", BaseURL: "http://localhost"}, h.forum, items, h.accounts),
	})
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return h, nil
}

func (h *house) close() error { return h.db.Close() }

// people adds who reads and who writes, unless an earlier step did.
func (b *bench) people(ctx context.Context) (err error) {
	h, err := openHouse(ctx, b.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	if _, err := h.accounts.ByName(ctx, readerName); err == nil {
		return nil
	}
	add := func(name string, role account.Role) error {
		_, err := h.accounts.Add(ctx, account.Registration{Name: name, Display: name, Email: name + "@example.org", Password: password}, role)
		return err
	}
	if err := add(readerName, account.Member); err != nil {
		return err
	}
	for i := range connections {
		if err := add(writerName(i), account.Moderator); err != nil {
			return err
		}
	}
	return nil
}

// writerName is the name of the ith writer: letters only, since 0 and o, or 1 and l,
// would be taken for one another.
func writerName(i int) string { return writerStem + string(rune('a'+i)) }

// countQueries draws a page for the reader and returns how many queries it took.
func (h *house) countQueries(ctx context.Context, path string) (int, error) {
	cookie, _, err := h.accounts.SignIn(ctx, readerName, password, account.Door{})
	if err != nil {
		return 0, err
	}
	var ask fasthttp.RequestCtx
	ask.Request.SetRequestURI(path)
	ask.Request.Header.SetHost("localhost")
	ask.Request.Header.Set("Cookie", "picus="+cookie)
	var n atomic.Int64
	h.db.Watch(func(query string, _ []any) {
		if strings.HasPrefix(strings.TrimSpace(query), "SELECT") || strings.HasPrefix(strings.TrimSpace(query), "WITH") {
			n.Add(1)
		}
	})
	h.app.Handler()(&ask)
	h.db.Watch(nil)
	if status := ask.Response.StatusCode(); status != fasthttp.StatusOK || !strings.Contains(string(ask.Response.Body()), readerName) {
		return 0, fmt.Errorf("%s for %s: status %d", path, readerName, status)
	}
	return int(n.Load()), nil
}
