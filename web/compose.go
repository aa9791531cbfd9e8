package web

import (
	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/lang"
	"picus/views"
)

// mostAnnounced is how far the readers of a new thread are counted.
const mostAnnounced = 10_000

// mostSimilar is how many threads and pages are offered instead of a new one.
const mostSimilar = 5

// newThreadPage is the form for a new thread.
func (a *App) newThreadPage(v *visit) error {
	kind := forum.Question
	if k := forum.Kind(v.Query("kind")); k == forum.Discussion || k == forum.Voting {
		kind = k
	}
	n := forum.NewThread{Kind: kind, Title: v.Query("title"), Tags: v.Query("tags")}
	if kind == forum.Question && v.Query("template") != "none" {
		about, err := a.Forum.Profile(v.ctx(), v.by, v.param("board"))
		if err != nil {
			return err
		}
		n.Body = about.Template
	}
	begun, err := v.begun(boardPath(v.param("board")) + "/new")
	if err != nil {
		return err
	}
	if begun {
		n = forum.NewThread{Kind: forum.Kind(v.draft.Kind), Title: v.draft.Title, Body: v.draft.Body, Tags: v.draft.Tags}
	}
	return v.drawNewThread(n, nil)
}

// newThread starts a thread, or shows what it would look like.
func (a *App) newThread(v *visit) error {
	n := forum.NewThread{
		Board: v.param("board"), Kind: forum.Kind(v.value("kind")), Title: v.value("title"), Body: v.value("body"),
		Tags: v.value("tags"), Via: item.Web, Sent: v.sent(boardPath(v.param("board")) + "/new"),
	}
	if v.pressed("preview") {
		return v.drawNewThread(n, nil)
	}
	if err := v.readPoll(&n); err != nil {
		return v.drawNewThread(n, err)
	}
	ref, err := a.Forum.Start(v.ctx(), v.by, n)
	if err != nil {
		return v.drawNewThread(n, err)
	}
	return v.goTo(views.ThreadPath(ref.Thread, ref.Slug))
}

// drawNewThread draws the form with everything that was written, and with what
// was refused.
func (v *visit) drawNewThread(n forum.NewThread, refused error) error {
	board, err := v.app.Forum.Board(v.ctx(), v.by, v.param("board"))
	if err != nil {
		return err
	}
	if err := board.Postable(v.by); err != nil && refused == nil {
		return err
	}
	people, err := v.app.Forum.Audience(v.ctx(), v.by, board.ID, 0, mostAnnounced)
	if err != nil {
		return err
	}
	what, err := v.whatFollows(board, people, mostAnnounced)
	if err != nil {
		return err
	}
	why := v.lang.Refusals(refused)
	form := views.Compose{
		Action: boardPath(board.Slug) + "/new", Refused: why, Kind: string(n.Kind),
		Kinds: v.kinds(board), Poll: v.pollFields(why),
		Title:  v.titleField(n.Title, why),
		Body:   v.bodyField(n.Body, v.lang.T("Text"), why),
		Tags:   v.tagsField(n.Tags, why),
		Submit: v.lang.T("Publish"), What: what, Licensed: board.MayRead == 0, Draft: v.draftBox(boardPath(board.Slug)+"/new", ""),
	}
	if n.Body != "" && v.Method() == fiber.MethodGet {
		form.Without = address(boardPath(board.Slug)+"/new", "template", "none", "title", n.Title, "tags", n.Tags)
	}
	v.preview(&form, n.Kind, n.Body)
	if v.pressed("preview") {
		if form.TagNews, err = v.tagNews(n.Tags); err != nil {
			return err
		}
		if form.Similar, err = v.app.Items.Similar(v.ctx(), v.by, n.Title, mostSimilar); err != nil {
			return err
		}
	}
	p := views.ComposePage{Page: v.page(v.lang.T("New thread")), Heading: v.lang.T("New thread in %s", views.BoardTitle(v.lang, board)), Form: form,
		Way: []views.Crumb{{Label: views.BoardTitle(v.lang, board), Href: boardPath(board.Slug)}, {Label: v.lang.T("New thread")}}}
	p.Nav = "boards"
	return v.drawForm(views.Write(p), refused)
}

// preview renders the text as it would be published, where the reader asked for it.
func (v *visit) preview(form *views.Compose, kind forum.Kind, body string) {
	if !v.pressed("preview") {
		return
	}
	html, err := v.app.Forum.Preview(v.ctx(), kind, body)
	if err != nil {
		form.Refused = v.lang.Refusals(err)
		form.Body.Error = form.Refused.On("body")
		return
	}
	form.Previewed, form.Preview = true, html
	form.Refused = v.lang.Refusals(v.files.refused)
}

func (v *visit) titleField(value string, why lang.Refusals) *views.Field {
	return &views.Field{Name: "title", Label: v.lang.T("Title"), Value: value, Error: why.On("title"), Required: true, MaxLength: 200,
		Hint: v.lang.T("One sentence that says what it is about.")}
}

func (v *visit) bodyField(value, label string, why lang.Refusals) views.Field {
	return views.Field{Name: "body", Label: label, Value: value, Error: why.On("body"), Required: true,
		Hint: v.lang.T("Markdown. Code goes between lines of three backticks.")}
}

func (v *visit) tagsField(value string, why lang.Refusals) *views.Field {
	return &views.Field{Name: "tags", Label: v.lang.T("Tags"), Value: value, Error: why.On("tags"),
		Hint: v.lang.T("Up to eight, with spaces between them: asyncio python-3.12 超时")}
}

// tagNews tells of tags, before they are given, what would become of them. What cannot be
// a tag is refused when the form is sent.
func (v *visit) tagNews(written string) ([]views.TagNews, error) {
	tags, err := item.ReadTags(written)
	if err != nil {
		return nil, nil
	}
	var news []views.TagNews
	for _, tag := range tags {
		known, err := v.app.Items.TagNamed(v.ctx(), v.by, tag)
		if err != nil && !fault.Is(err, fault.Missing) {
			return nil, err
		}
		if known.Name != tag {
			news = append(news, views.TagNews{Written: tag, Name: known.Name})
		}
	}
	return news, nil
}

// whatFollows says before the button is pressed what will happen, here and elsewhere.
func (v *visit) whatFollows(b forum.Board, people, most int) (string, error) {
	said := v.whatHappens(b, people, most)
	list, err := v.app.Mail.MirroredTo(v.ctx(), b.ID)
	if list == "" || err != nil {
		return said, err
	}
	return v.lang.T("%s %s", said, v.lang.T("It also goes to the list %s elsewhere, for good.", list)), nil
}

// whatHappens says before the button is pressed who will read it, and when.
func (v *visit) whatHappens(b forum.Board, people, most int) string {
	said := v.lang.T(audienceOf(b))
	minutes := int(v.app.Items.Grace.Minutes())
	switch {
	case people == 0 && minutes == 0:
		return said
	case people == 0:
		return v.lang.T("%s %s", said, v.lang.T("Nobody follows here by mail. You can take it back for %d min.", minutes))
	case minutes == 0:
		return v.lang.T("%s %s", said, v.lang.N(people, "It goes by mail to %d person at once.", "It goes by mail to %d people at once."))
	case people >= most:
		return v.lang.T("%s %s", said, v.lang.T("It goes by mail to more than %s people in %d min; until then you can change it or take it back.", v.lang.Number(most), minutes))
	}
	return v.lang.T("%s %s", said, v.lang.N(people, "It goes by mail to %d person in %d min; until then you can change it or take it back.",
		"It goes by mail to %d people in %d min; until then you can change it or take it back.", minutes))
}

func audienceOf(b forum.Board) string {
	switch b.MayRead {
	case 1:
		return lang.Mark("Members will read it.")
	case 2:
		return lang.Mark("The staff will read it.")
	}
	if b.MayRead.IsGroup() {
		return lang.Mark("Only the people of this board will read it.")
	}
	return lang.Mark("Everybody can read it.")
}

// drawForm draws a form again with what was refused, or for the first time.
func (v *visit) drawForm(page templ.Component, refused error) error {
	v.private = true
	if refused == nil {
		refused = v.files.refused
	}
	if refused == nil {
		return v.draw(fiber.StatusOK, page)
	}
	status := statusFor(refused)
	v.note(status, refused)
	return v.draw(status, page)
}
