package mail

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/job"
	"picus/internal/lang"
)

// Who asks in the browser sees, while they type, what looks like their question. Who asks
// by mail is told when the mail has arrived, in the one letter that a day brings about
// it, and only where there is something to tell.

// priorJob looks for what is like a question that came by mail; its payload is an asked.
const priorJob = "mail.prior"

// mostPrior is how many threads, pages and articles a letter offers.
const mostPrior = 5

// asked is a question that came by mail.
type asked struct {
	By      int64
	Thread  int64
	Address string // that it was sent from
	Origin  string // where the mail came from; empty: from a server of the operator's
	Mail    string // its Message-ID
	List    string
	Board   string
}

// mayHaveLetter reports whether the sender of a mail that begins a thread can be written
// to: it is proved that they wrote it, and neither a list nor a robot passed it on.
func (d *delivery) mayHaveLetter() bool {
	bulk := slices.Contains([]string{"list", "bulk", "junk"}, strings.ToLower(strings.TrimSpace(d.m.Header("Precedence"))))
	return d.proof.by != "" && d.proof.doubt == "" && !d.m.Doubtful && !d.mirrored && !bulk && d.m.ListID == "" && d.m.Header("X-Auto-Response-Suppress") == ""
}

// askPrior has what is like a new question be looked for, once the question is there.
func (g *Gateway) askPrior(ctx context.Context, tx *db.Tx, d *delivery, by account.User, ref forum.Ref) error {
	if ref.Post != ref.Thread || !d.rules.Prior || !d.mayHaveLetter() || kindOf(title(d.m, d.route.board.Slug, d.rules.Prefix)) != forum.Question {
		return nil
	}
	q := asked{By: by.ID, Thread: ref.Thread, Address: sender(d.m).Address, Origin: g.origin(d, sender(d.m).Address), Mail: d.m.MessageID, List: d.route.board.List, Board: d.route.board.Title}
	return g.jobs.Add(ctx, tx, priorJob, q, g.now())
}

// prior is the job that tells an asker what there is already.
func (g *Gateway) prior(ctx context.Context, j *job.Job) error {
	var q asked
	if err := j.Read(&q); err != nil {
		return err
	}
	l, err := g.priorLetter(ctx, q)
	if err != nil {
		return ignoreMissing(err)
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		if l != nil {
			if err := g.answerOnce(ctx, tx, q.Origin, *l, letterPrior); err != nil {
				return err
			}
		}
		return j.Finish(ctx, tx)
	})
}

// priorLetter returns what an asker is told, or nil: they may not want to know, may be
// out of reach, or nothing is like their question.
func (g *Gateway) priorLetter(ctx context.Context, q asked) (*Letter, error) {
	by, err := g.accounts.ByID(ctx, q.By)
	if err != nil || by.Unreachable || by.Status != account.Active && by.Status != account.Shadow {
		return nil, err
	}
	habits, err := g.accounts.Habits(ctx, by)
	if err != nil || !habits.Prior || !habits.Away.IsZero() {
		return nil, err
	}
	t, err := g.forum.Thread(ctx, by, q.Thread, forum.View{Limit: 1})
	if err != nil || t.Kind != forum.Question || t.State != forum.Open || t.Status != item.Live {
		return nil, err
	}
	found, err := g.alike(ctx, by, t)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	token, err := g.accounts.ReplyToken(ctx, by, t.ID)
	if err != nil {
		return nil, err
	}
	l := Letter{To: q.Address, Name: by.Display, Lang: by.Lang, Kind: letterPrior, Args: map[string]string{
		ArgSubject: t.Title, ArgLink: "/t/" + strconv.FormatInt(t.ID, 10), ArgText: g.offers(lang.Match(by.Lang), found),
		ArgReplyTo: g.address("reply+" + token), ArgBoard: q.Board, ArgList: q.List, ArgAnswers: q.Mail,
	}}
	if by.Status == account.Active {
		l.Args[argMember] = "1"
	}
	return &l, nil
}

// offer is something that is like a question.
type offer struct {
	item.Hit
	esteem
	kind forum.Kind // of a thread
}

// alike returns what is like a thread and may be read by who asked in it.
func (g *Gateway) alike(ctx context.Context, by account.User, t *forum.Thread) ([]offer, error) {
	hits, err := g.items.Similar(ctx, by, t.Title, mostPrior+1)
	if err != nil {
		return nil, err
	}
	hits = slices.DeleteFunc(hits, func(h item.Hit) bool { return h.ID == t.ID })
	var found []offer
	var ids []int64
	for _, h := range hits[:min(len(hits), mostPrior)] {
		found, ids = append(found, offer{Hit: h}), append(ids, h.ID)
	}
	_, err = db.All(ctx, g.db, func(r db.Row) (id int64, err error) {
		var o offer
		err = r.Scan(&id, &o.kind, &o.threadVotes, &o.answers, &o.solved)
		if i := slices.Index(ids, id); i >= 0 {
			found[i].kind, found[i].esteem = o.kind, o.esteem
		}
		return id, err
	}, "SELECT item, kind, score, answers, accepted IS NOT NULL FROM thread WHERE item IN "+inUnit, unitArgs(ids)...)
	return found, err
}

// offers lists what was found, with how it stands and where.
func (g *Gateway) offers(l lang.Lang, found []offer) string {
	lines := make([]string, len(found))
	for i, o := range found {
		lines[i] = fmt.Sprintf("%d. %s\n   %s\n   %s", i+1, oneLine(o.Title), o.state(l), g.conf.BaseURL+o.path())
	}
	return strings.Join(lines, "\n")
}

func (o offer) state(l lang.Lang) string {
	switch {
	case o.Kind == item.Page:
		return l.T("a page of the wiki")
	case o.Kind == item.Article:
		return l.T("an article by %s", oneLine(o.Display))
	case o.kind != forum.Question:
		return l.T("a discussion in “%s”", oneLine(o.Place))
	case o.answers == 0:
		return l.T("a question without an answer so far")
	}
	return o.ofQuestion(l)
}

func (o offer) path() string {
	switch o.Kind {
	case item.Page:
		return pagePath(o.Title)
	case item.Article:
		return "/blog/" + url.PathEscape(o.By) + "/" + url.PathEscape(o.Slug)
	}
	return "/t/" + strconv.FormatInt(o.ID, 10)
}

func (t letterText) prior() (string, []string) {
	paragraphs := []string{
		t.T("Your question “%s” has arrived and stands here:", t.about()),
		t.link(),
		t.T("Perhaps this is it already:"),
		strings.TrimSpace(t.Args[ArgText]),
		t.T("If one of these questions is yours too, answer this letter with “dup” and the number behind /t/ in its address, e.g. “dup 42”: then the two point at each other. If you have your answer, write “solved”. Whatever else you write stands below your question. You need not do anything."),
	}
	if t.Args[argMember] != "" {
		paragraphs = append(paragraphs, t.T("Such a letter comes once a day at most. To get none: %s", t.base+"/settings/mail"))
	}
	return t.T("Perhaps answered already: %s", t.about()), paragraphs
}
