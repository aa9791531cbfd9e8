package forum

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Clash is a place where a post was changed in another way since an edit of it was
// suggested. Which of the two stands is for who decides.
type Clash struct {
	Was, Now, Suggested string
	Title               bool // it is the title; the others are parts of the text
}

// joined is what a suggested edit would make of its post as it is by now.
type joined struct {
	title  string // of the suggestion, or of the post where only the post's was changed
	now    string // the post's title, where the two clash
	body   item.Merged
	tags   []string
	clash  []Clash
	titled bool // the first clash is the title
}

// reconcile puts the suggestion and what happened to its post since together. Who decides
// sees the outcome, so that nothing is published unseen.
func (f *Forum) reconcile(ctx context.Context, s *Suggestion) error {
	tags, err := item.ReadTags(s.Tags)
	if err != nil {
		return err
	}
	s.joined = joined{title: s.Title, body: item.Merge(s.Post.Source, s.Post.Source, s.Body), tags: tags}
	if s.Post.First() {
		now, err := db.Value[string](ctx, f.db, "SELECT tags FROM thread WHERE item = ?", s.Post.ID)
		if err != nil {
			return err
		}
		s.TagsNow = strings.Fields(now)
	}
	if !s.Stale() || s.State != "open" {
		return nil
	}
	base, err := f.items.RevisionOf(ctx, s.Post.ID, s.Base)
	switch {
	case errors.Is(err, item.ErrDamaged):
		slog.Error("a suggestion was made to a damaged revision", "suggestion", s.ID, "revision", s.Base)
		base = item.Revision{} // as one that there is no more: an empty text, so that everything clashes
	case err != nil && !fault.Is(err, fault.Missing):
		return err
	}
	s.joinTitle(base.Title)
	s.joined.body = item.Merge(base.Source, s.Post.Source, s.Body)
	for _, c := range s.joined.body.Conflicts {
		s.joined.clash = append(s.joined.clash, Clash{Was: c.Was, Now: c.Mine, Suggested: c.Theirs})
	}
	if base.Tags != nil {
		s.joined.tags = joinTags(base.Tags, s.TagsNow, tags)
	}
	return nil
}

func (s *Suggestion) joinTitle(was string) {
	switch {
	case !s.Post.First(), s.Title == was:
		s.joined.title = s.Post.Title
	case s.Post.Title != was && s.Post.Title != s.Title:
		s.joined.now, s.joined.titled = s.Post.Title, true
		s.joined.clash = []Clash{{Was: was, Now: s.Post.Title, Suggested: s.Title, Title: true}}
	}
}

// joinTags adds to the tags of now what the suggestion added, and takes away what it
// took away.
func joinTags(was, now, suggested []string) []string {
	all := slices.Clone(now)
	for _, tag := range was {
		if !slices.Contains(suggested, tag) {
			all = slices.DeleteFunc(all, func(t string) bool { return t == tag })
		}
	}
	for _, tag := range suggested {
		if !slices.Contains(was, tag) && !slices.Contains(all, tag) {
			all = append(all, tag)
		}
	}
	return all
}

// Stale reports whether the post was changed since the edit was suggested.
func (s *Suggestion) Stale() bool { return s.Base != s.Post.Revision }

// Clashes is what has to be chosen before the suggestion can be taken, the title first.
func (s *Suggestion) Clashes() []Clash { return s.joined.clash }

// Outcome is what the post says once the suggestion is taken: the title and tags count
// for a thread's first post only. Where nothing is chosen the post stays as it is.
func (s *Suggestion) Outcome(take []item.Side) (title, body string, tags []string) {
	title = s.joined.title
	if s.joined.titled {
		if len(take) == 0 || take[0] != item.Theirs {
			title = s.joined.now
		}
		take = take[min(1, len(take)):]
	}
	return title, s.joined.body.Text(take), s.joined.tags
}

// settled fails where the choice does not settle every clash.
func (s *Suggestion) settled(take []item.Side) error {
	clashes := s.Clashes()
	if len(clashes) > 0 && len(take) == 0 {
		return fault.Clash("The post was changed at the same place since this was suggested. Choose which text is to stand, on the page of the suggestion.")
	}
	var all fault.List
	for i, c := range clashes {
		if i >= len(take) || take[i] != item.Mine && take[i] != item.Theirs && (take[i] != item.Both || c.Title) {
			all.Add(fault.Bad("take", "Choose for each place which text is to stand."))
			break
		}
	}
	return all.Err()
}
