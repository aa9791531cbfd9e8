package forum

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/markdown"
)

// openSuggestions is how many edits of one person may wait at a time.
const openSuggestions = 20

// Suggest proposes an edit to a post that is not by's to edit. Its author, and who keeps
// order there, take it or say why not. Faults are on "title", "body" and "tags".
func (f *Forum) Suggest(ctx context.Context, by account.User, e Edit) (id int64, err error) {
	p, err := f.Find(ctx, by, e.Post)
	if err != nil {
		return 0, err
	}
	if err := p.MaySuggest(by); err != nil {
		return 0, err
	}
	body, bodyErr := cleanBody(e.Body, p.Format, p.Kind)
	_, tagErr := item.ReadTags(e.Tags)
	title, titleErr := cleanTitle(e.Title)
	if !p.First() {
		title, titleErr, tagErr = "", nil, nil
	}
	if err := check(titleErr, bodyErr, tagErr); err != nil {
		return 0, err
	}
	if e.Base == 0 {
		e.Base = p.Revision
	}
	if err := f.limited(by, e.Via); err != nil {
		return 0, err
	}
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		id, err = f.suggest(ctx, tx, by, p, Edit{Base: e.Base, Title: title, Body: body, Tags: e.Tags, Summary: item.Line(e.Summary), Via: e.Via})
		return err
	})
	return id, err
}

// MaySuggest fails as Suggest would.
func (p *Post) MaySuggest(by account.User) error {
	switch {
	case !by.Signed():
		return errSuggestSignIn
	case by.Status == account.Waiting:
		return errWaiting
	case p.Status != item.Live:
		return errDeleted
	case p.editable(by) == nil:
		return errSuggestOwn
	case p.locked:
		return errLocked
	}
	return nil
}

func (f *Forum) suggest(ctx context.Context, tx *db.Tx, by account.User, p Post, e Edit) (int64, error) {
	var all, here int
	_, err := db.One(ctx, tx, func(r db.Row) (bool, error) { return true, r.Scan(&all, &here) },
		"SELECT count(*), coalesce(sum(CASE WHEN item = ? THEN 1 ELSE 0 END), 0) FROM suggestion WHERE account = ? AND state = 'open'", p.ID, by.ID)
	switch {
	case err != nil:
		return 0, err
	case here > 0:
		return 0, fault.Clash("An edit that you suggested here still waits. Take it back before you suggest another.")
	case all >= openSuggestions:
		return 0, fault.Limit("%d edits that you suggested wait already. Please wait for some of them.", openSuggestions)
	}
	same, err := db.Value[int](ctx, tx, `
		SELECT count(*) FROM revision r JOIN item i ON i.head_rev = r.id LEFT JOIN thread t ON t.item = i.id
		WHERE i.id = ? AND r.source = ? AND r.title = ? AND coalesce(t.tags, '') = ?`, p.ID, e.Body, e.Title, e.Tags)
	if err != nil {
		return 0, err
	}
	if same > 0 {
		return 0, fault.Bad("body", "Nothing is changed yet.")
	}
	id, err := tx.Insert(ctx, `
		INSERT INTO suggestion (item, account, base, at, title, source, tags, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
		p.ID, by.ID, e.Base, f.now().UnixMilli(), e.Title, e.Body, e.Tags, e.Summary)
	if err != nil {
		return 0, err
	}
	event, err := f.items.Happened(ctx, tx, by, item.Proposed, p.ID, 0, e.Via)
	if err != nil {
		return id, err
	}
	if err := f.items.Tell(ctx, tx, event, "suggestion"); err != nil {
		return id, err
	}
	return id, f.items.Jobs.Add(ctx, tx, LetterJob, Letter{To: p.Author.ID, Kind: LetterSuggested, Post: p.ID, Suggestion: id}, f.now())
}

// Suggestion is an edit that somebody proposes.
type Suggestion struct {
	ID      int64
	Post    Post // as it is now, with its source
	Base    int64
	By      account.User
	At      time.Time
	Title   string
	Body    string
	Tags    string
	Summary string
	State   string // open, approved, refused or withdrawn
	Decider account.User
	Decided time.Time
	Why     string   // it was refused
	TagsNow []string // of the thread, where the post is its first

	joined joined
}

// Approval is that a suggested edit is taken.
type Approval struct {
	Suggestion int64
	Seen       int64       // the revision of the post that was before the decider's eyes; 0: whatever is newest
	Take       []item.Side // for each of the suggestion's clashes: Mine is the post as it is now
	Via        item.Via
}

// Approve takes a suggested edit: it is a revision by who proposed it, joined with what
// has happened to the post since. It fails with fault.Conflict where the two clash and
// nothing is chosen, and where the post is not what the decider saw. Its fault is on "take".
func (f *Forum) Approve(ctx context.Context, by account.User, a Approval) (ref Ref, err error) {
	s, err := f.Suggestion(ctx, by, a.Suggestion)
	if err != nil {
		return Ref{}, err
	}
	if err := s.MayDecide(by); err != nil {
		return Ref{}, err
	}
	if a.Seen != 0 && a.Seen != s.Post.Revision {
		return Ref{}, fault.Clash("The post was changed while you looked. See what the suggestion would change now, and decide again.")
	}
	if err := s.settled(a.Take); err != nil {
		return Ref{}, err
	}
	change, err := f.taken(ctx, s, a)
	if err != nil {
		return Ref{}, err
	}
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		if err := f.decide(ctx, tx, by, s, "approved", "", a.Via); err != nil {
			return err
		}
		if s.says(change) {
			ref = Ref{Thread: s.Post.Thread, Post: s.Post.ID, Slug: change.Slug, Revision: s.Post.Revision}
			return nil
		}
		ref, err = f.revise(ctx, tx, s.Post, change)
		return err
	})
	return ref, err
}

// taken is the revision that an approved suggestion becomes.
func (f *Forum) taken(ctx context.Context, s Suggestion, a Approval) (item.Change, error) {
	title, body, tags := s.Outcome(a.Take)
	body, err := cleanBody(body, s.Post.Format, s.Post.Kind)
	if err != nil {
		return item.Change{}, err
	}
	if !s.Post.First() {
		title, tags = "", nil
	}
	if len(tags) > item.MostTags {
		return item.Change{}, fault.Clash("With the tags that the thread has by now there would be %d of them, and %d fit. The suggestion still waits: take some tags away from the thread first, or say here why not.", len(tags), item.MostTags)
	}
	if tags, err = item.ReadTags(strings.Join(tags, " ")); err != nil {
		return item.Change{}, err
	}
	change := item.Change{Item: s.Post.ID, Base: s.Post.Revision, Author: s.By, Via: a.Via, At: f.now(), Summary: s.Summary, Tags: tags,
		Text: item.Render(title, s.Post.Format, body, true, f.items.PageExists(ctx))}
	if s.Post.First() {
		change.Slug = markdown.Slug(title)
	}
	return change, nil
}

// says reports whether the post says already what a change would make of it: others
// have had the same idea.
func (s *Suggestion) says(c item.Change) bool {
	return c.Text.Source == s.Post.Source && (!s.Post.First() || c.Text.Title == s.Post.Title && slices.Equal(c.Tags, s.TagsNow))
}

// Refuse says that a suggested edit is not taken, and why. Its fault is on "why".
func (f *Forum) Refuse(ctx context.Context, by account.User, suggestion int64, why string, via item.Via) error {
	s, err := f.Suggestion(ctx, by, suggestion)
	if err != nil {
		return err
	}
	if err := s.MayDecide(by); err != nil {
		return err
	}
	why = item.Line(why)
	if why == "" {
		return fault.Bad("why", "Say why: whoever suggested it wanted to help.")
	}
	if utf8.RuneCountInString(why) > maxWhy {
		return fault.Bad("why", "The reason may have %d characters at most.", maxWhy)
	}
	return f.db.Write(ctx, func(tx *db.Tx) error { return f.decide(ctx, tx, by, s, "refused", why, via) })
}

// TakeBack takes by's own suggestion back.
func (f *Forum) TakeBack(ctx context.Context, by account.User, suggestion int64) error {
	s, err := f.Suggestion(ctx, by, suggestion)
	if err != nil {
		return err
	}
	if s.By.ID != by.ID {
		return fault.Forbid("Only who suggested it takes it back.")
	}
	return f.db.Write(ctx, func(tx *db.Tx) error { return f.close(ctx, tx, by, s, "withdrawn", "") })
}

// close ends a suggestion once.
func (f *Forum) close(ctx context.Context, tx *db.Tx, by account.User, s Suggestion, state, why string) error {
	n, err := tx.Exec(ctx, "UPDATE suggestion SET state = ?, decider = ?, decided = ?, why = ? WHERE id = ? AND state = 'open'",
		state, by.ID, f.now().UnixMilli(), why, s.ID)
	if err == nil && n == 0 {
		return fault.Clash("This suggestion was dealt with already.")
	}
	return err
}

// decide closes a suggestion and tells who made it.
func (f *Forum) decide(ctx context.Context, tx *db.Tx, by account.User, s Suggestion, state, why string, via item.Via) error {
	if err := f.close(ctx, tx, by, s, state, why); err != nil {
		return err
	}
	event, err := f.items.Happened(ctx, tx, by, item.Judged, s.Post.ID, 0, via)
	if err != nil {
		return err
	}
	if err := f.items.TellOne(ctx, tx, event, s.By.ID, state); err != nil {
		return err
	}
	return f.items.Jobs.Add(ctx, tx, LetterJob, Letter{To: s.By.ID, Kind: state, Post: s.Post.ID, Suggestion: s.ID, Said: why}, f.now())
}

// MayDecide fails as Approve and Refuse would.
func (s Suggestion) MayDecide(by account.User) error {
	if err := s.Post.owned(by); err != nil {
		return err
	}
	if s.State != "open" {
		return fault.Clash("This suggestion was dealt with already.")
	}
	return nil
}
