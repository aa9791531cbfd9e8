package web

import (
	"cmp"
	"strconv"
	"strings"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/lang"
	"picus/views"
)

// deed is one thing that a moderator does with a thread: how the menu calls it, the form
// that asks once more, and what happens. A form is filled with what was sent.
type deed struct {
	label  func(t *forum.Thread) string // empty: it does not suit the thread
	form   func(v *visit, t *forum.Thread, p *views.DeedPage) error
	do     func(v *visit, t *forum.Thread) error
	intro  string
	button string
	title  string // of the page; empty: what the button says
}

// deeds are what the menu of a thread offers, in its order.
var deeds = []struct {
	name string
	deed
}{
	{"close", closeDeed}, {"reopen", reopenDeed}, {"pin", pinDeed}, {"unpin", unpinDeed}, {"lock", lockDeed}, {"unlock", unlockDeed},
	{"move", moveDeed}, {"merge", mergeDeed}, {"slow", slowDeed}, {"archive", archiveDeed},
}

func deedOf(name string) (deed, bool) {
	for _, d := range deeds {
		if d.name == name {
			return d.deed, true
		}
	}
	return deed{}, false
}

// always is the label of a deed that suits every thread.
func always(label string) func(*forum.Thread) string {
	return func(*forum.Thread) string { return label }
}

func where(is func(t *forum.Thread) bool, label string) func(*forum.Thread) string {
	return func(t *forum.Thread) string {
		if is(t) {
			return label
		}
		return ""
	}
}

var (
	closeDeed = deed{
		label: where(func(t *forum.Thread) bool { return t.State != forum.Closed }, lang.Mark("Close…")),
		intro: lang.Mark("A closed thread can be read. Its author can change it, and ask for it to be opened again."),
		form: func(v *visit, _ *forum.Thread, p *views.DeedPage) error {
			p.Choices = &views.Field{Name: "reason", Label: v.lang.T("Why?"), Value: v.value("reason"), Error: p.Refused.On("reason")}
			p.Choices.Options = append(p.Choices.Options, views.Option{Label: v.lang.T("Choose…")})
			for _, r := range forum.CloseReasons {
				p.Choices.Options = append(p.Choices.Options, views.Option{Value: string(r), Label: views.ReasonWord(p.Page, r)})
			}
			p.Note = &views.Field{Name: "note", Label: v.lang.T("What would open it again?"), Value: v.value("note"), Error: p.Refused.On("note"), Short: true, MaxLength: 500,
				Hint: v.lang.T("To its author, and to be seen by everybody: what to change, in a sentence or two. Only a settled thread needs none.")}
			return nil
		},
		do: func(v *visit, t *forum.Thread) error {
			return v.app.Forum.Close(v.ctx(), v.by, t.ID, forum.Closing{Reason: forum.CloseReason(v.value("reason")), Note: v.value("note")})
		},
		button: lang.Mark("Close this thread"),
	}
	reopenDeed = deed{
		label: where(func(t *forum.Thread) bool { return t.State == forum.Closed }, lang.Mark("Open again…")),
		intro: lang.Mark("Everybody who may write here can add to it again, and its author is told."),
		form:  whyOnly,
		do: func(v *visit, t *forum.Thread) error {
			return v.app.Forum.OpenAgain(v.ctx(), v.by, t.ID, v.value("why"))
		},
		button: lang.Mark("Open it again"),
	}
	pinDeed = deed{
		label: always(lang.Mark("Pin…")),
		intro: lang.Mark("A pinned thread stands above the list of its board."),
		form: func(v *visit, t *forum.Thread, p *views.DeedPage) error {
			p.Lines = []views.Field{{Name: "place", Label: v.lang.T("At which place?"), Type: "number", Value: v.sentOr("place", strconv.Itoa(max(t.Pinned, 1))),
				Error: p.Refused.On("place"), Hint: v.lang.T("1 is the first.")}}
			return whyOnly(v, t, p)
		},
		do: func(v *visit, t *forum.Thread) error {
			at, err := v.count("place")
			if err != nil || at == 0 {
				return fault.Bad("place", "Give a number.")
			}
			return v.app.Forum.Pin(v.ctx(), v.by, t.ID, at, v.value("why"))
		},
		button: lang.Mark("Pin this thread"),
	}
	unpinDeed = deed{
		label:  where(func(t *forum.Thread) bool { return t.Pinned > 0 }, lang.Mark("Take the pin off…")),
		intro:  lang.Mark("The thread goes back to its place in the list."),
		form:   whyOnly,
		do:     func(v *visit, t *forum.Thread) error { return v.app.Forum.Pin(v.ctx(), v.by, t.ID, 0, v.value("why")) },
		button: lang.Mark("Take the pin off"),
	}
	lockDeed = deed{
		label: where(func(t *forum.Thread) bool { return !t.Locked }, lang.Mark("Lock…")),
		intro: lang.Mark("A locked thread can be read, but nobody adds to it or changes anything in it, its author neither."),
		form:  whyOnly,
		do: func(v *visit, t *forum.Thread) error {
			return v.app.Forum.Lock(v.ctx(), v.by, t.ID, true, v.value("why"))
		},
		button: lang.Mark("Lock this thread"),
	}
	unlockDeed = deed{
		label: where(func(t *forum.Thread) bool { return t.Locked }, lang.Mark("Unlock…")),
		intro: lang.Mark("Everybody who may write here can add to it again."),
		form:  whyOnly,
		do: func(v *visit, t *forum.Thread) error {
			return v.app.Forum.Lock(v.ctx(), v.by, t.ID, false, v.value("why"))
		},
		button: lang.Mark("Unlock this thread"),
	}
	moveDeed = deed{
		label: always(lang.Mark("Move…")),
		intro: lang.Mark("Whoever reads the other board reads the thread then, its mails come from there, and its old addresses stay good."),
		form: func(v *visit, t *forum.Thread, p *views.DeedPage) error {
			boards, err := v.app.Forum.Boards(v.ctx(), v.by)
			if err != nil {
				return err
			}
			p.Choices = &views.Field{Name: "board", Label: v.lang.T("To which board?"), Value: v.value("board"), Error: p.Refused.On("board"),
				Options: []views.Option{{Label: v.lang.T("Choose…")}}}
			for _, b := range boards {
				if b.ID != t.Board.ID && b.Postable(v.by) == nil {
					p.Choices.Options = append(p.Choices.Options, views.Option{Value: b.Slug, Label: v.lang.T("%s: %s", views.BoardTitle(v.lang, b), v.lang.T(audienceOf(b)))})
				}
			}
			return whyOnly(v, t, p)
		},
		do: func(v *visit, t *forum.Thread) error {
			return v.app.Forum.Move(v.ctx(), v.by, t.ID, v.value("board"), v.value("why"))
		},
		button: lang.Mark("Move this thread"),
	}
	mergeDeed = deed{
		label: always(lang.Mark("Merge…")),
		intro: lang.Mark("All posts go into another thread of this board. The old addresses lead there, and it can be undone."),
		form: func(v *visit, t *forum.Thread, p *views.DeedPage) error {
			p.Lines = []views.Field{{Name: "into", Label: v.lang.T("Into which thread?"), Value: v.value("into"), Error: p.Refused.On("into"),
				Hint: v.lang.T("Its address, or the number after /t/ in it.")}}
			return whyOnly(v, t, p)
		},
		do: func(v *visit, t *forum.Thread) error {
			return v.app.Forum.Unite(v.ctx(), v.by, t.ID, threadNamed(v.value("into")), v.value("why"))
		},
		button: lang.Mark("Merge this thread"),
	}
	slowDeed = deed{
		label: always(lang.Mark("Slow mode…")),
		intro: lang.Mark("In slow mode everybody posts once in so many minutes, by mail too: a mail that comes too early is posted later."),
		form: func(v *visit, t *forum.Thread, p *views.DeedPage) error {
			p.Lines = []views.Field{{Name: "minutes", Label: v.lang.T("Minutes between two posts of one person"), Type: "number", Value: v.sentOr("minutes", strconv.Itoa(t.Slow)),
				Error: p.Refused.On("minutes"), Hint: v.lang.T("0 ends slow mode.")}}
			return whyOnly(v, t, p)
		},
		do: func(v *visit, t *forum.Thread) error {
			minutes, err := v.count("minutes")
			if err != nil {
				return err
			}
			return v.app.Forum.Slow(v.ctx(), v.by, t.ID, minutes, v.value("why"))
		},
		title:  lang.Mark("Slow mode"),
		button: lang.Mark("Set it"),
	}
	archiveDeed = deed{
		label: always(lang.Mark("Archive…")),
		intro: lang.Mark("A thread becomes an archive after some days without a post: it can be read, but only moderators add to it."),
		form: func(v *visit, t *forum.Thread, p *views.DeedPage) error {
			p.Lines = []views.Field{{Name: "days", Label: v.lang.T("Days without a post"), Type: "number", Value: v.sentOr("days", strconv.Itoa(t.Resting)),
				Error: p.Refused.On("days"), Hint: v.lang.T("0: as the board says. -1: never.")}}
			return whyOnly(v, t, p)
		},
		do: func(v *visit, t *forum.Thread) error {
			days, err := v.count("days")
			if err != nil {
				return err
			}
			return v.app.Forum.Rest(v.ctx(), v.by, t.ID, days, v.value("why"))
		},
		title:  lang.Mark("When this thread becomes an archive"),
		button: lang.Mark("Set it"),
	}
)

// whyOnly is the form of a deed that wants a reason and nothing else.
func whyOnly(v *visit, _ *forum.Thread, p *views.DeedPage) error {
	p.Lines = append(p.Lines, v.whyField(p.Refused))
	return nil
}

// whyField asks a moderator for a reason.
func (v *visit) whyField(refused lang.Refusals) views.Field {
	return views.Field{Name: "why", Label: v.lang.T("Reason"), Value: v.value("why"), Error: refused.On("why"), MaxLength: 500,
		Hint: v.lang.T("It stands in the moderation log, for everybody who may read the thread.")}
}

// threadNamed reads a thread's number, or its address; 0: it is neither.
func threadNamed(text string) int64 {
	text = strings.TrimSpace(text)
	if _, after, ok := strings.Cut(text, "/t/"); ok {
		text, _, _ = strings.Cut(after, "/")
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// sentOr is what was sent, or on the first sight of a form what is true now.
func (v *visit) sentOr(name, now string) string {
	if changes(v.Ctx) {
		return v.value(name)
	}
	return now
}

// count reads a field that holds a number.
func (v *visit) count(name string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(v.value(name)))
	if err != nil {
		return 0, fault.Bad(name, "Give a number.")
	}
	return n, nil
}

func (a *App) moderatePage(v *visit) error {
	t, d, err := v.asked()
	if err != nil {
		return err
	}
	return v.drawDeed(t, d, nil)
}

// moderate does it, or asks again.
func (a *App) moderate(v *visit) error {
	t, d, err := v.asked()
	if err != nil {
		return err
	}
	if err := d.do(v, t); err != nil {
		return v.drawDeed(t, d, err)
	}
	return v.backTo(t.ID)
}

// asked is the thread and the deed that the address names.
func (v *visit) asked() (*forum.Thread, deed, error) {
	id, err := v.number("id")
	if err != nil {
		return nil, deed{}, err
	}
	d, ok := deedOf(v.param("deed"))
	if !ok {
		return nil, d, errNothing
	}
	t, err := v.app.Forum.Thread(v.ctx(), v.by, id, forum.View{Limit: 1})
	if err != nil {
		return nil, d, err
	}
	return t, d, t.MayModerate(v.by)
}

func (v *visit) drawDeed(t *forum.Thread, d deed, refused error) error {
	heading := v.lang.T(cmp.Or(d.title, d.button))
	path := views.ThreadPath(t.ID, t.Slug)
	p := views.DeedPage{Page: v.page(heading), Heading: heading, Intro: []string{v.lang.T(d.intro)}, Action: views.ThreadPath(t.ID, "") + "/-/" + v.param("deed"),
		Refused: v.lang.Refusals(refused), Button: v.lang.T(d.button), Back: path,
		Way: []views.Crumb{{Label: views.BoardTitle(v.lang, t.Board), Href: boardPath(t.Board.Slug)}, {Label: t.Title, Href: path}}}
	p.Nav, p.NoIndex = navOf(t.Kind), true
	if err := d.form(v, t, &p); err != nil {
		return err
	}
	return v.drawForm(views.Deed(p), refused)
}

// threadState adds what moderators did with the thread, and what the reader may do.
func (v *visit) threadState(p *views.ThreadPage) error {
	if err := v.pollOf(p); err != nil {
		return err
	}
	t, order := p.Thread, views.Order{}
	if t.State == forum.Closed {
		c, err := v.app.Forum.Closing(v.ctx(), t)
		if err != nil {
			return err
		}
		order.Closing, order.Mine = &c, v.by.Signed() && v.by.ID == t.First.Author.ID
		order.MayAsk = order.Mine && c.Note != "" && c.Asked.IsZero() && t.First.Edited.After(c.At)
	}
	from, err := v.app.Forum.CameFrom(v.ctx(), v.by, t)
	if err != nil {
		return err
	}
	for _, b := range from {
		order.From = append(order.From, views.Crumb{Label: views.BoardTitle(v.lang, b), Href: boardPath(b.Slug)})
	}
	if t.MayModerate(v.by) == nil {
		for _, d := range deeds {
			if label := d.label(t); label != "" {
				order.Deeds = append(order.Deeds, views.Crumb{Label: v.lang.T(label), Href: views.ThreadPath(t.ID, "") + "/-/" + d.name})
			}
		}
	}
	if order.Closing != nil || len(order.From)+len(order.Deeds) > 0 || t.Slow > 0 || t.Archived {
		p.Order = &order
	}
	return nil
}

// askReopen tells the moderators that the author of a closed thread has changed it.
func (a *App) askReopen(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.AskReopen(v.ctx(), v.by, id); err != nil {
		return err
	}
	return v.backTo(id)
}
