package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/lang"
	"picus/views"
)

// kinds are what the reader may start in a board.
func (v *visit) kinds(b forum.Board) []views.Option {
	all := []views.Option{
		{Value: string(forum.Question), Label: v.lang.T("A question: it gets answers, and one of them can be accepted")},
		{Value: string(forum.Discussion), Label: v.lang.T("A discussion: everybody replies in turn")},
		{Value: string(forum.Voting), Label: v.lang.T("A poll: a discussion with something to vote on")},
	}
	if b.Moderates(v.by) {
		all = append(all, views.Option{Value: string(forum.Announcement), Label: v.lang.T("An announcement: a discussion that says it comes from the moderators")})
	}
	return all
}

// readPoll is the part of a new thread's form that a poll needs.
func (v *visit) readPoll(n *forum.NewThread) error {
	if n.Kind != forum.Voting {
		return nil
	}
	asked := v.pollAsked()
	n.Poll.Options, n.Poll.Several = strings.Split(asked.Options, "\n"), asked.Several
	day := strings.TrimSpace(asked.Closes)
	if day == "" {
		return nil
	}
	at, err := time.ParseInLocation(time.DateOnly, day, v.now.Location())
	if err != nil {
		return fault.Bad("closes", "Give the day as 2026-12-31, or leave it empty.")
	}
	n.Poll.Closes = at.AddDate(0, 0, 1)
	return nil
}

// pollAsked is what the form asks as a poll.
func (v *visit) pollAsked() item.Asked {
	return item.Asked{Options: v.value("options"), Several: v.value("several") != "", Closes: v.value("closes")}
}

func (v *visit) pollFields(why lang.Refusals) *views.PollFields {
	asked := v.pollAsked()
	if !changes(v.Ctx) {
		asked = v.draft.Asked
	}
	return &views.PollFields{
		Options: views.Field{Name: "options", Label: v.lang.T("Options"), Value: asked.Options, Error: why.On("options"), Short: true,
			Hint: v.lang.T("One on each line, from 2 to 20.")},
		Several: views.Field{Name: "several", Label: v.lang.T("One may choose more than one"), Checked: asked.Several},
		Closes: views.Field{Name: "closes", Type: "date", Label: v.lang.T("Last day"), Value: asked.Closes, Error: why.On("closes"),
			Hint: v.lang.T("Until then everybody can change their vote. Empty: it stays open.")},
	}
}

// pollOf adds the poll of a thread to its page.
func (v *visit) pollOf(p *views.ThreadPage) error {
	if p.Thread.Kind != forum.Voting || p.First == nil {
		return nil
	}
	q, err := v.app.Forum.Poll(v.ctx(), v.by, p.Thread.ID)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	p.Poll = &q
	return err
}

// choose casts the reader's vote in a poll, or takes it back.
func (a *App) choose(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	var options []int
	for _, sent := range v.Context().PostArgs().PeekMulti("option") {
		n, err := strconv.Atoi(string(sent))
		if err != nil {
			return fault.Bad("option", "There is no such option.")
		}
		options = append(options, n)
	}
	if v.pressed("back") {
		options = nil
	} else if len(options) == 0 {
		return fault.Bad("option", "Choose one option.")
	}
	if _, err := a.Forum.Choose(v.ctx(), v.by, id, options); err != nil {
		return err
	}
	t, err := a.Forum.Thread(v.ctx(), v.by, id, forum.View{Limit: 1})
	if err != nil {
		return err
	}
	return v.goTo(views.ThreadPath(t.ID, t.Slug) + "#poll")
}

// apiPoll is a poll as a program reads it. How it stands is null until one has voted.
type apiPoll struct {
	Options []apiOption `json:"options"`
	Several bool        `json:"several"`
	Closes  *time.Time  `json:"closes"`
	Closed  bool        `json:"closed"`
	Voters  int         `json:"voters"`
}

type apiOption struct {
	Option int    `json:"option"`
	Text   string `json:"text"`
	Votes  *int   `json:"votes"`
	Chosen bool   `json:"chosen"`
}

func (v *visit) apiPollOf(q forum.Poll) apiPoll {
	shown := apiPoll{Several: q.Several, Closes: moment(q.Closes), Closed: q.Closed, Voters: q.Voters, Options: []apiOption{}}
	for _, o := range q.Options {
		option := apiOption{Option: o.N, Text: o.Text, Chosen: o.Chosen}
		if q.Shown {
			option.Votes = &o.Votes
		}
		shown.Options = append(shown.Options, option)
	}
	return shown
}

func (a *App) apiPoll(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	q, err := a.Forum.Poll(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, v.apiPollOf(q))
}

// apiChoose casts a vote: {"options": [2]}.
func (a *App) apiChoose(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct{ Options []int }
	if err := v.read(&sent); err != nil {
		return err
	}
	q, err := a.Forum.Choose(v.ctx(), v.by, n, sent.Options)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, v.apiPollOf(q))
}
