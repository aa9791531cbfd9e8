package forum

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// suggestionsPerPage is how many a page of the queue holds, each with its comparison.
const suggestionsPerPage = 10

const suggestionColumns = `s.id, s.item, s.base, m.id, m.name, m.display, m.role, m.status, s.at, s.title, s.source, s.tags, s.summary, s.state,
	coalesce(d.name, ''), coalesce(d.display, ''), s.decided, s.why
	FROM suggestion s JOIN account m ON m.id = s.account LEFT JOIN account d ON d.id = s.decider`

func scanSuggestion(r db.Row) (s Suggestion, err error) {
	var at, decided int64
	err = r.Scan(&s.ID, &s.Post.ID, &s.Base, &s.By.ID, &s.By.Name, &s.By.Display, &s.By.Role, &s.By.Status, &at, &s.Title, &s.Body, &s.Tags, &s.Summary,
		&s.State, &s.Decider.Name, &s.Decider.Display, &decided, &s.Why)
	s.At = time.UnixMilli(at).UTC()
	if decided != 0 {
		s.Decided = time.UnixMilli(decided).UTC()
	}
	return s, err
}

// Suggestion returns a suggested edit to who made it and to those who decide on it.
func (f *Forum) Suggestion(ctx context.Context, by account.User, id int64) (Suggestion, error) {
	s, err := db.One(ctx, f.db, scanSuggestion, "SELECT "+suggestionColumns+" WHERE s.id = ?", id)
	if err != nil {
		return s, suggestionMissing(err)
	}
	if s.Post, err = f.Find(ctx, by, s.Post.ID); err != nil {
		return s, suggestionMissing(err)
	}
	if s.By.ID != by.ID && s.Post.owned(by) != nil {
		return s, suggestionMissing(fault.Gone(""))
	}
	err = f.reconcile(ctx, &s)
	return s, err
}

func suggestionMissing(err error) error {
	if fault.Is(err, fault.Missing) {
		return fault.Gone("There is no such suggestion, or it is not for everyone.")
	}
	return err
}

// Suggestions returns a page of the edits that wait for by's word, the oldest first,
// and where the next page begins; 0: this is the last. The posts come as they are now.
func (f *Forum) Suggestions(ctx context.Context, by account.User, after int64) ([]Suggestion, int64, error) {
	if !by.Signed() {
		return nil, 0, fault.SignIn("Sign in first.")
	}
	return f.suggestions(ctx, by, `
		JOIN item i ON i.id = s.item JOIN space sp ON sp.id = i.space
		WHERE s.state = 'open' AND s.id > ? AND i.status = 'live'
		AND (i.author = ? OR sp.may_moderate < ? OR EXISTS (SELECT 1 FROM membership m WHERE m.account = ? AND m.group_id = sp.may_moderate))
		ORDER BY s.id LIMIT ?`, after, by.ID, by.Clearance(), by.Joined(), suggestionsPerPage+1)
}

// Suggested returns a page of by's own suggestions, the newest first, as Suggestions does.
func (f *Forum) Suggested(ctx context.Context, by account.User, before int64) ([]Suggestion, int64, error) {
	if !by.Signed() {
		return nil, 0, fault.SignIn("Sign in first.")
	}
	if before <= 0 {
		before = 1 << 62
	}
	return f.suggestions(ctx, by, `WHERE s.account = ? AND s.id < ? ORDER BY s.id DESC LIMIT ?`, by.ID, before, suggestionsPerPage+1)
}

func (f *Forum) suggestions(ctx context.Context, by account.User, where string, args ...any) ([]Suggestion, int64, error) {
	all, err := db.All(ctx, f.db, scanSuggestion, "SELECT "+suggestionColumns+" "+where, args...)
	if err != nil {
		return nil, 0, err
	}
	next := int64(0)
	if len(all) > suggestionsPerPage {
		all = all[:suggestionsPerPage]
		next = all[len(all)-1].ID
	}
	var seen []Suggestion
	for _, s := range all { // a few, and each is compared as a whole
		if s.Post, err = f.Find(ctx, by, s.Post.ID); fault.Is(err, fault.Missing) {
			continue // it is out of by's sight by now
		}
		if errors.Is(err, item.ErrDamaged) {
			slog.Error("a suggestion is for a damaged post", "suggestion", s.ID)
			continue
		}
		if err == nil {
			err = f.reconcile(ctx, &s)
		}
		if err != nil {
			return nil, 0, err
		}
		seen = append(seen, s)
	}
	return seen, next, nil
}
