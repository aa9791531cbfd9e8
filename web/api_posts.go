package web

import (
	"cmp"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

// apiReply adds a post to a thread.
func (a *App) apiReply(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct {
		Body   string
		Parent int64
		Kind   forum.Kind
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	if !slices.Contains([]forum.Kind{"", forum.Answer, forum.Reply, forum.Comment}, sent.Kind) {
		return fault.Bad("kind", "The kind is answer, reply or comment.")
	}
	n, err = v.makeOnce(func(once item.Once) (int64, error) {
		ref, err := a.Forum.Reply(v.ctx(), v.by, forum.NewPost{Thread: n, Parent: sent.Parent, Kind: sent.Kind, Body: sent.Body, Via: item.API, Once: once})
		return ref.Post, err
	})
	if err != nil {
		return err
	}
	post, err := v.onePost(n)
	if err != nil {
		return err
	}
	return v.created("/posts/"+itoa(post.ID), post)
}

func (a *App) apiPost(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	post, err := v.onePost(n)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, post)
}

// onePost is a post outside of its thread, which knows what was accepted.
func (v *visit) onePost(n int64) (apiPost, error) {
	q, err := v.app.Forum.Find(v.ctx(), v.by, n)
	if err != nil {
		return apiPost{}, err
	}
	t, err := v.app.Forum.Thread(v.ctx(), v.by, q.Thread, forum.View{Limit: 1})
	if err != nil {
		return apiPost{}, err
	}
	return v.apiPost(t, &q), nil
}

func (a *App) apiEditPost(v *visit) error {
	var sent apiEdit
	if err := v.read(&sent); err != nil {
		return err
	}
	n, err := v.number("id")
	if err != nil {
		return err
	}
	q, err := a.Forum.Find(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	if sent.says() {
		if err := v.change(q, sent, forum.Ruling{}); err != nil {
			return v.refusedChange(n, sent, err)
		}
	}
	post, err := v.onePost(n)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, post)
}

// change saves a new revision of a post: what is there, with what was sent over it.
func (v *visit) change(q forum.Post, sent apiEdit, r forum.Ruling) error {
	if q.First() && sent.onlyTags() && r.Empty() {
		return v.app.Forum.SetTags(v.ctx(), v.by, forum.Tagging{Thread: q.Thread, Base: sent.BaseRevision, Tags: strings.Join(*sent.Tags, " "), Via: item.API})
	}
	e, err := v.editOf(q, sent)
	if err != nil {
		return err
	}
	e.Ruling = r
	_, err = v.app.Forum.Edit(v.ctx(), v.by, e)
	return err
}

// refusedChange holds both texts where somebody else was quicker.
func (v *visit) refusedChange(n int64, sent apiEdit, refused error) error {
	if !fault.Is(refused, fault.Conflict) {
		return refused
	}
	theirs, err := v.onePost(n)
	if err != nil {
		return err
	}
	yours := ""
	if sent.Body != nil {
		yours = *sent.Body
	}
	return v.clashed(refused, yours, theirs)
}

func (a *App) apiRemovePost(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	return v.removed(n)
}

func (a *App) apiRevisions(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	_, all, err := a.Forum.Revisions(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, listOf(all, "", v.apiRevision))
}

func (a *App) apiVote(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct {
		Value        *int
		Reason, Note string
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	if sent.Value == nil {
		return fault.Bad("value", "A vote is 1, 0 or -1.")
	}
	vote := func() (int, error) { return a.Forum.Vote(v.ctx(), v.by, n, *sent.Value) }
	if *sent.Value == -1 {
		why := forum.Reason{Word: cmp.Or(sent.Reason, forum.Unsaid), Note: sent.Note}
		vote = func() (int, error) { return a.Forum.VoteDown(v.ctx(), v.by, n, why) }
	}
	score, err := vote()
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, struct {
		Post  int64 `json:"post"`
		Value int   `json:"value"`
		Score int   `json:"score"`
	}{n, *sent.Value, score})
}
