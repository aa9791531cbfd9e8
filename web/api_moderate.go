package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
)

// apiRuling is what a moderator can decide about a thread. What is not named stays.
type apiRuling struct {
	Board        *string
	Closed       *bool
	Reason       forum.CloseReason // why it is closed
	Note         string            // to its author, where it is closed
	Pinned       *int
	Locked       *bool
	Slow         *int
	ArchiveAfter *int `json:"archive_after"`
	Why          string
}

func (r apiRuling) ruling() forum.Ruling {
	return forum.Ruling{Board: r.Board, Closed: r.Closed, Reason: r.Reason, Note: r.Note, Pinned: r.Pinned, Locked: r.Locked, Slow: r.Slow, Rest: r.ArchiveAfter, Why: r.Why}
}

// rulingFields are a ruling's faults with the names that its parts have in the API.
func rulingFields(err error) error {
	names := map[string]string{"place": "pinned", "minutes": "slow", "days": "archive_after"}
	if !fault.Is(err, fault.Invalid) {
		return err
	}
	var all fault.List
	for _, e := range fault.All(err) {
		named := *e
		if name := names[e.Field]; name != "" {
			named.Field = name
		}
		all = append(all, &named)
	}
	return all.Err()
}

// moderates fails where the token is not one for moderating.
func (v *visit) moderates() error {
	scopes, _ := v.Locals(scopesKey).([]string)
	if slices.Contains(scopes, "moderate") || slices.Contains(scopes, "admin") {
		return nil
	}
	return v.wantsToken(`error="insufficient_scope", scope="moderate"`, lacksScope("moderate"))
}

func lacksScope(scope string) error {
	return fault.Forbid("This API token is not good for that: it lacks the scope “%s”.", scope)
}

func (v *visit) apiClosing(t *forum.Thread) (*apiClosing, error) {
	if t.State != forum.Closed {
		return nil, nil
	}
	c, err := v.app.Forum.Closing(v.ctx(), t)
	if err != nil || c.Reason == "" {
		return nil, err
	}
	return &apiClosing{Reason: c.Reason, Note: c.Note, By: v.apiPerson(c.By), At: moment(c.At)}, nil
}

// apiMerge puts the posts of a thread into another one.
func (a *App) apiMerge(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct {
		Into int64
		Why  string
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	if err := v.moderates(); err != nil {
		return err
	}
	if err := a.Forum.Unite(v.ctx(), v.by, n, sent.Into, sent.Why); err != nil {
		return err
	}
	return v.threadNow(fiber.StatusOK, sent.Into)
}

// apiSplit makes a thread of its own of a post.
func (a *App) apiSplit(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct {
		Title, Why string
		Kind       forum.Kind
		After      bool
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	if err := v.moderates(); err != nil {
		return err
	}
	ref, err := a.Forum.Split(v.ctx(), v.by, forum.Split{Post: n, After: sent.After, Kind: sent.Kind, Title: sent.Title, Why: sent.Why})
	if err != nil {
		return err
	}
	return v.threadNow(fiber.StatusCreated, ref.Thread)
}
