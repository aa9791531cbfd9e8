package web

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

// mostCounted is how far the readers of a mail are counted on a page that is drawn often.
const mostCounted = 50

// thread shows a page of a thread at its one address.
func (a *App) thread(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if to := v.Query("go"); to != "" {
		return a.jump(v, id, to)
	}
	view := forum.View{Order: forum.Order(v.Query("sort")), Cursor: v.Query("cursor")}
	t, err := a.Forum.Thread(v.ctx(), v.by, id, view)
	if err != nil {
		return err
	}
	if t.ID != id {
		return v.movedInto(t, id)
	}
	if v.param("slug") != t.Slug {
		return v.moved(withQuery(views.ThreadPath(t.ID, t.Slug), string(v.Context().URI().QueryString())))
	}
	p, err := v.threadPage(t, view)
	if err != nil {
		return err
	}
	v.saw(t)
	return v.draw(fiber.StatusOK, views.Thread(p))
}

// links shows everything that links to a thread.
func (a *App) links(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	t, err := a.Forum.Links(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	if t.ID != id {
		return v.moved(views.ThreadLinksPath(t.ID))
	}
	p := views.LinksPage{Page: v.page(t.Title), Thread: t}
	p.Nav, p.NoIndex = navOf(t.Kind), true
	return v.draw(fiber.StatusOK, views.Links(p))
}

// movedInto leads from the address of a thread that another took over to where its first
// post stands today. An order or a page of the old one means nothing there.
func (v *visit) movedInto(t *forum.Thread, old int64) error {
	path, err := v.app.placeOf(v, old)
	if fault.Is(err, fault.Missing) { // the post was deleted
		path, err = views.ThreadPath(t.ID, t.Slug), nil
	}
	if err != nil {
		return err
	}
	return v.moved(path)
}

func withQuery(path, query string) string {
	if query == "" {
		return path
	}
	return path + "?" + query
}

func (v *visit) threadPage(t *forum.Thread, view forum.View) (views.ThreadPage, error) {
	path := views.ThreadPath(t.ID, t.Slug)
	p := views.ThreadPage{Page: v.page(t.Title), Thread: t, Mail: v.app.MailDomain, Tabs: v.threadTabs(t, path)}
	p.Nav, p.Canonical = navOf(t.Kind), v.app.BaseURL+address(path, "cursor", view.Cursor)
	p.News = &views.News{Watch: "thread=" + itoa(t.ID), Since: t.LastPost}
	p.NoIndex = view.Order != "" || t.Board.MayRead > 0
	p.MayRetag = v.by.Signed() && !t.Locked && !t.Archived && t.Status == item.Live
	p.Feeds = v.formsOf(t.ID)
	p.Question = v.questionBox(t)
	v.describe(&p)
	v.jumps(&p)
	reads := reader{visit: v, thread: t, mayReply: t.MayReply(v.by), mayAccept: t.MayAccept(v.by) == nil}
	if view.Cursor == "" {
		first := reads.post(&t.First)
		p.First = &first
		if t.Best != nil {
			best := reads.post(t.Best)
			p.Best = &best
		}
	} else {
		p.Start = address(path, "sort", string(view.Order))
		p.Back = address(path, "sort", string(view.Order), "cursor", view.Cursor, "go", goBack)
	}
	p.Posts = reads.posts(t.Page)
	if t.Next != "" {
		p.Next = address(path, "sort", string(view.Order), "cursor", t.Next)
	}
	if err := v.threadState(&p); err != nil {
		return p, err
	}
	return p, v.threadForms(&p, reads.mayReply)
}

// threadForms adds what the reader may do with the thread as a whole.
func (v *visit) threadForms(p *views.ThreadPage, mayReply error) error {
	t := p.Thread
	if v.by.Signed() {
		p.Follow = &views.Follow{Heading: v.lang.T("Follow this thread"), Action: views.ThreadPath(t.ID, "") + "/watch", Level: t.Watching}
	}
	if mayReply == nil {
		mayReply = t.MayAnswer(v.by) // the form at the end answers
	}
	if mayReply != nil {
		p.NoReply = v.lang.Fault(mayReply)
		if !v.by.Signed() {
			p.SignIn = "/login?next=" + url.QueryEscape(views.ThreadPath(t.ID, t.Slug))
		}
		return nil
	}
	n, err := v.app.Forum.Audience(v.ctx(), v.by, t.Board.ID, t.ID, mostCounted)
	if err != nil {
		return err
	}
	draft := replyDraft{to: t.First, thread: t}
	if t.Begun {
		if err := v.continued(&draft); err != nil {
			return err
		}
	}
	form := v.replyForm(draft, nil)
	if form.What, err = v.whatFollows(t.Board, n, mostCounted); err != nil {
		return err
	}
	p.Reply = &form
	return nil
}

// threadTabs are the orders that suit the thread.
func (v *visit) threadTabs(t *forum.Thread, path string) []views.Tab {
	var tabs []views.Tab
	add := func(o forum.Order, label string) {
		href := address(path, "sort", string(o))
		if o == forum.DefaultOrder(t.Kind) {
			href = path
		}
		tabs = append(tabs, views.Tab{Label: label, Href: href, Here: t.Order == o})
	}
	if t.Kind == forum.Question {
		add(forum.ByScore, v.lang.T("Best first"))
		add(forum.ByActivity, v.lang.T("Last activity first"))
	}
	add(forum.Oldest, v.lang.T("Oldest first"))
	add(forum.Newest, v.lang.T("Newest first"))
	return tabs
}

// reader is somebody in front of a thread: what they may do is asked once.
type reader struct {
	*visit
	thread    *forum.Thread
	mayReply  error
	mayAccept bool
}

func (r *reader) posts(all []*forum.Post) []views.Post {
	if len(all) == 0 {
		return nil
	}
	drawn := make([]views.Post, len(all))
	for i, q := range all {
		drawn[i] = r.post(q)
	}
	return drawn
}

func (r *reader) post(q *forum.Post) views.Post {
	t := r.thread
	p := views.Post{
		Post: q,
		Marks: views.Marks{
			NoVotes:  t.Kind != forum.Question && !q.First(),
			Accepted: q.ID == t.Accepted,
			New:      r.isNew(q),
			Favoured: q.ID == t.Favoured,
			Guess:    q.Guessed && !q.First(),
			May:      views.May{Reply: r.mayReply == nil},
		},
		Vote:  views.Vote{Post: q.ID, Score: q.Score, Mine: q.MyVote},
		Notes: r.posts(q.Comments),
	}
	if !p.NoVotes && q.Kind != forum.Comment {
		p.Vote.Why = r.lang.Fault(q.MayVote(r.by))
	}
	if r.by.Signed() {
		p.Signed, p.May = true, r.may(q)
	}
	return p
}

// may is what the reader may do with a post, who is signed in.
func (r *reader) may(q *forum.Post) views.May {
	return views.May{
		Reply: r.mayReply == nil, Accept: r.mayAccept && q.Kind == forum.Answer,
		Edit: q.MayEdit(r.by) == nil, Remove: q.MayRemove(r.by) == nil, Restore: q.Gone() && q.MayRestore(r.by) == nil,
		Unsend: r.app.Forum.MayUnsend(r.by, q) == nil, Suggest: q.MaySuggest(r.by) == nil, Convert: q.MayConvert(r.by) == nil, Split: q.MaySplit(r.by) == nil, Leave: q.MayLeave(r.by) == nil,
		MakeWiki: q.MayMakeWiki(r.by) == nil, SeeObjections: q.MaySeeObjections(r.by) == nil,
		Write: q.Author.ID != r.by.ID && q.Author.Status == account.Active,
	}
}

// address joins a path and the parts of a query that say something.
func address(path string, parts ...string) string {
	query := url.Values{}
	for i := 0; i < len(parts); i += 2 {
		if parts[i+1] != "" {
			query.Set(parts[i], parts[i+1])
		}
	}
	return withQuery(path, query.Encode())
}

func navOf(k forum.Kind) string {
	if k == forum.Question {
		return "questions"
	}
	return "boards"
}

// toPost leads to a post, on whatever page it stands today.
func (a *App) toPost(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	path, err := a.placeOf(v, id)
	if err != nil {
		return err
	}
	return v.found(path)
}

// toMail leads to the post of a mail, by its Message-ID: of one that came, or of ours.
func (a *App) toMail(v *visit) error {
	id := strings.TrimSuffix(strings.TrimPrefix(v.param("*"), "<"), ">") // as it stands in a mail
	post, ours := a.Mail.ItemOf(id)
	if !ours {
		p, err := a.Forum.ByMessageID(v.ctx(), v.by, id)
		if err != nil && !fault.Is(err, fault.Missing) {
			return err
		}
		post = p.ID
	}
	path, err := a.placeOf(v, post)
	if fault.Is(err, fault.Missing) {
		return errNothing // in the same words, whether nobody has the mail or not this reader
	}
	if err != nil {
		return err
	}
	return v.found(path)
}

// placeOf is the address of a post within its thread.
func (a *App) placeOf(v *visit, post int64) (string, error) {
	w, err := a.Forum.Where(v.ctx(), v.by, post)
	if err != nil {
		return "", err
	}
	return address(views.ThreadPath(w.Thread, w.Slug), "cursor", w.Cursor) + "#p" + itoa(w.Post), nil
}

// accept takes an answer as the one that helped, or takes that back.
func (a *App) accept(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	post := v.valueID("post")
	if err := a.Forum.Accept(v.ctx(), v.by, id, post, item.Web); err != nil {
		return err
	}
	if post == 0 {
		return v.backTo(id)
	}
	return v.backTo(post)
}

// watchThread sets how much the reader hears of a thread.
func (a *App) watchThread(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	t, err := a.Forum.Thread(v.ctx(), v.by, id, forum.View{Limit: 1})
	if err != nil {
		return err
	}
	return v.watch(item.ToThread, t.ID, views.ThreadPath(t.ID, t.Slug))
}

// watch subscribes to what the reader was found to be allowed to read.
func (v *visit) watch(target item.Target, id int64, back string) error {
	level, channel := v.value("level"), "mail"
	switch level {
	case "watch", "mute":
	case "daily", "weekly", "web", item.Push:
		level, channel = "watch", level
	default:
		level = "normal"
	}
	if err := v.app.Mail.FlushDigests(v.ctx(), v.by); err != nil {
		return err
	}
	sub := item.Subscription{Target: target, ID: id, Level: level, Channel: channel}
	if err := v.app.Items.Subscribe(v.ctx(), v.by, sub); err != nil {
		return err
	}
	return v.goTo(address(back, "done", levelNotice[level]))
}

var levelNotice = map[string]string{"watch": "watching", "mute": "muted", "normal": "normal"}

// followed is how much somebody hears of something, as its button is called.
func followed(s item.Subscription) string {
	if s.Level == "watch" && s.Channel != "mail" {
		return s.Channel
	}
	return s.Level
}

// backTo sends the reader to a post after something was done with it.
func (v *visit) backTo(post int64) error {
	path, err := v.app.placeOf(v, post)
	if err != nil {
		return err
	}
	return v.goTo(path)
}
