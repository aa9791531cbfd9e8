package forum

import (
	"context"
	"slices"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Profile is a board with what its page tells about it.
type Profile struct {
	Board
	Colour   string // one of Colours
	Template string // Markdown that a new question begins with; empty: none
	Patience int    // days that a question waits for an asker who was asked for more, or Forever; 0: as it was
	Groups   Groups
	Stats    Stats

	pinned bool // threads stand above its list
}

// Forever is a patience without end.
const Forever = -1

// maxPatience is the longest other one, in days.
const maxPatience = 3650

// Groups are the names of the groups that a board is for; empty where it is for an
// audience that is no group.
type Groups struct{ Read, Post, Moderate string }

// Stats are a board's figures as they were counted last; the threads and the last
// activity, which a Board has, are those of this moment.
type Stats struct {
	Posts, Questions, Answered int
	People                     int           // who wrote here in the month before
	FirstAnswer                time.Duration // half of the newest questions had an answer by then; 0: they had none
	Counted                    time.Time     // zero: never
}

var colours = []string{"", "blue", "green", "teal", "amber", "red", "violet", "pink", "grey"}

// Colours returns the names of the colours that a board may have; the first is none.
func Colours() []string { return slices.Clone(colours) }

const profileQuery = `
	SELECT sp.id, sp.slug, sp.title, sp.description, coalesce(sp.list, ''), sp.may_read, sp.may_post, sp.may_moderate, sp.archived, sp.threads, sp.last_at,
		coalesce(b.colour, ''), coalesce(b.template, ''), coalesce(b.posts, 0), coalesce(b.questions, 0), coalesce(b.answered, 0),
		coalesce(b.people, 0), coalesce(b.first_answer, 0), coalesce(b.counted, 0),
		coalesce(gr.name, ''), coalesce(gp.name, ''), coalesce(gm.name, ''), CASE sp.patience WHEN 0 THEN -1 ELSE sp.patience END,
		EXISTS (SELECT 1 FROM thread pin WHERE pin.board = sp.id AND pin.pinned > 0)
	FROM space sp LEFT JOIN board b ON b.space = sp.id
	LEFT JOIN account_group gr ON gr.id = sp.may_read LEFT JOIN account_group gp ON gp.id = sp.may_post
	LEFT JOIN account_group gm ON gm.id = sp.may_moderate
	WHERE sp.kind = 'board' AND `

func scanProfile(r db.Row) (p Profile, err error) {
	var archived, last, first, counted int64
	p.Kind = "board"
	err = r.Scan(&p.ID, &p.Slug, &p.Title, &p.Description, &p.List, &p.MayRead, &p.MayPost, &p.MayModerate, &archived, &p.Threads, &last,
		&p.Colour, &p.Template, &p.Stats.Posts, &p.Stats.Questions, &p.Stats.Answered, &p.Stats.People, &first, &counted,
		&p.Groups.Read, &p.Groups.Post, &p.Groups.Moderate, &p.Patience, &p.pinned)
	p.Archived, p.LastAt = archived != 0, time.UnixMilli(last).UTC()
	p.Stats.FirstAnswer = time.Duration(first) * time.Millisecond
	if counted != 0 {
		p.Stats.Counted = time.UnixMilli(counted).UTC()
	}
	return p, err
}

// Profiles returns the boards that by may read, in their order.
func (f *Forum) Profiles(ctx context.Context, by account.User) ([]Profile, error) {
	return db.All(ctx, f.db, scanProfile, profileQuery+account.Admits+" ORDER BY sp.position, sp.id LIMIT 500", by.Clearance(), by.Joined())
}

// Profile returns a board by its slug.
func (f *Forum) Profile(ctx context.Context, by account.User, slug string) (Profile, error) {
	p, err := db.One(ctx, f.db, scanProfile, profileQuery+"sp.slug = ?", slug)
	if fault.Is(err, fault.Missing) {
		return p, fault.Gone("There is nothing at this address.")
	}
	if err != nil {
		return p, err
	}
	return p, p.Readable(by)
}

// checkFilled refuses a question that is its board's template and nothing else.
func (f *Forum) checkFilled(ctx context.Context, board int64, body string) error {
	template, err := f.template(ctx, board)
	if err != nil || strings.Join(strings.Fields(template), " ") != strings.Join(strings.Fields(body), " ") {
		return err
	}
	return fault.Bad("body", "So far this is only the form that questions here begin with. Fill it in, or write in your own way instead.")
}

// template returns what a new question in a board begins with.
func (f *Forum) template(ctx context.Context, board int64) (string, error) {
	text, err := db.Value[string](ctx, f.db, "SELECT template FROM board WHERE space = ?", board)
	if fault.Is(err, fault.Missing) {
		return "", nil
	}
	return text, err
}
