package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/mail"
)

type boardCmd struct {
	Add    boardAddCmd    `cmd:"" help:"Add a board. Its mailing list is SLUG@ the mail domain."`
	Edit   boardEditCmd   `cmd:"" help:"Change a board; what is not named stays."`
	Mirror boardMirrorCmd `cmd:"" help:"Show the mails of a list elsewhere in a board, and send what is written there to it."`
	List   boardListCmd   `cmd:"" help:"List the boards."`
}

type boardAddCmd struct {
	Slug        string `arg:"" help:"Its name in addresses, such as python."`
	Title       string `help:"Its name for people." required:""`
	Description string `help:"One sentence about it."`
	List        string `help:"Address of its mailing list; the part before the @ counts." placeholder:"ADDRESS"`
	Read        string `help:"Who may read it: public, members, staff or group:NAME." default:"public" placeholder:"WHO"`
	Post        string `help:"Who may write in it: members, staff or group:NAME." default:"members" placeholder:"WHO"`
	Moderate    string `help:"Who keeps order in it beside the staff: staff (nobody else) or group:NAME." default:"staff" placeholder:"WHO"`
	Colour      string `help:"One of blue, green, teal, amber, red, violet, pink, grey."`
	Template    string `help:"File with the Markdown that a new question begins with." type:"existingfile" placeholder:"FILE"`
}

// Help shows examples.
func (boardAddCmd) Help() string {
	return "Example: picus board add python --title Python\nExample: picus board add staff --title Staff --read staff --post staff\n" +
		"Example: picus board add editors --title Editors --read group:editors --post group:editors"
}

// Run adds the board.
func (b *boardAddCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		p := forum.Profile{Colour: b.Colour, Board: forum.Board{Slug: b.Slug, Title: b.Title, Description: b.Description, List: b.List}}
		if err := h.setRights(ctx, &p, b.Read, b.Post, b.Moderate); err != nil {
			return err
		}
		if err := setTemplate(&p, b.Template); err != nil {
			return err
		}
		made, err := h.forum.MakeBoard(ctx, operator, p)
		if err != nil {
			return err
		}
		_, err = fmt.Printf("Board %s is at %s/b/%s\n", made.Title, c.BaseURL, made.Slug)
		return err
	})
}

type boardEditCmd struct {
	Slug        string  `arg:"" help:"The board, such as python."`
	Title       *string `help:"Its name for people."`
	Description *string `help:"One sentence about it."`
	List        *string `help:"Address of its mailing list; the part before the @ counts." placeholder:"ADDRESS"`
	Read        string  `help:"Who may read it: public, members, staff or group:NAME." placeholder:"WHO"`
	Post        string  `help:"Who may write in it: members, staff or group:NAME." placeholder:"WHO"`
	Moderate    string  `help:"Who keeps order in it beside the staff: staff (nobody else) or group:NAME." placeholder:"WHO"`
	Colour      *string `help:"One of blue, green, teal, amber, red, violet, pink, grey, or nothing."`
	Template    string  `help:"File with the Markdown that a new question begins with." type:"existingfile" placeholder:"FILE"`
	NoTemplate  bool    `help:"A new question begins with nothing."`
	Archived    *bool   `help:"Whether the board is closed to everything new." negatable:""`
}

// Help shows examples.
func (boardEditCmd) Help() string {
	return "Example: picus board edit python --template question.md --moderate group:helpers\nExample: picus board edit old --archived"
}

// Run changes the board.
func (b *boardEditCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		p, err := h.forum.Profile(ctx, operator, b.Slug)
		if err != nil {
			return err
		}
		for _, change := range []struct{ to, from *string }{{&p.Title, b.Title}, {&p.Description, b.Description}, {&p.List, b.List}, {&p.Colour, b.Colour}} {
			if change.from != nil {
				*change.to = *change.from
			}
		}
		if b.Archived != nil {
			p.Archived = *b.Archived
		}
		if err := h.setRights(ctx, &p, b.Read, b.Post, b.Moderate); err != nil {
			return err
		}
		if b.NoTemplate {
			p.Template = ""
		}
		if err := setTemplate(&p, b.Template); err != nil {
			return err
		}
		_, err = h.forum.EditBoard(ctx, operator, b.Slug, p)
		return err
	})
}

// setRights reads who may do what; an empty word changes nothing.
func (h *house) setRights(ctx context.Context, p *forum.Profile, read, post, moderate string) error {
	for _, right := range []struct {
		word string
		to   *account.Audience
	}{{read, &p.MayRead}, {post, &p.MayPost}, {moderate, &p.MayModerate}} {
		if right.word == "" {
			continue
		}
		a, err := h.audience(ctx, right.word)
		if err != nil {
			return err
		}
		*right.to = a
	}
	return nil
}

// audience reads public, members, staff or group:NAME.
func (h *house) audience(ctx context.Context, word string) (account.Audience, error) {
	switch word {
	case "public":
		return account.Everyone, nil
	case "members":
		return account.Members, nil
	case "staff":
		return account.Staff, nil
	}
	name, ok := strings.CutPrefix(word, "group:")
	if !ok {
		return 0, fault.Bad("read", "“%s” is nobody: say public, members, staff or group:NAME.", word)
	}
	g, err := h.accounts.GroupByName(ctx, operator, name)
	return g.Audience(), err
}

func setTemplate(p *forum.Profile, file string) error {
	if file == "" {
		return nil
	}
	text, err := os.ReadFile(file)
	p.Template = string(text)
	return err
}

type boardListCmd struct{}

// Run lists the boards.
func (boardListCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		boards, err := h.forum.Profiles(ctx, operator)
		for _, b := range boards {
			fmt.Printf("%-20s %6d threads  read: %-10s write: %-10s %s\n", b.Slug, b.Threads, who(b.MayRead, b.Groups.Read), who(b.MayPost, b.Groups.Post), b.Title)
		}
		return err
	})
}

// who is the word for an audience, as the flags take it.
func who(a account.Audience, group string) string {
	switch {
	case group != "":
		return "group:" + group
	case a == account.Everyone:
		return "public"
	case a == account.Members:
		return "members"
	}
	return "staff"
}

type boardMirrorCmd struct {
	Slug   string  `arg:"" optional:"" help:"The board, such as python; without one all mirrors are listed."`
	ListID string  `arg:"" optional:"" name:"list-id" help:"What stands in the List-Id of the list's mails; empty: as it was." placeholder:"ID"`
	SendTo *string `help:"Address of the list, where what is written here is sent as well; empty: nothing is sent." placeholder:"ADDRESS"`
	Pause  bool    `help:"Nothing goes in or out for now." xor:"life"`
	Resume bool    `help:"It goes on." xor:"life"`
	End    bool    `help:"The board mirrors no list any more; what was posted stays." xor:"life"`
}

// Help shows examples.
func (boardMirrorCmd) Help() string {
	return "Subscribe the board's own address to the list first.\nExample: picus board mirror python python-list.python.org\n" +
		"Example: picus board mirror python python-list.python.org --send-to python-list@python.org\nExample: picus board mirror python --pause"
}

// Run lists the mirrors, or begins, changes, pauses or ends one.
func (b *boardMirrorCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		if b.Slug == "" {
			return h.listMirrors(ctx)
		}
		board, err := h.forum.Board(ctx, operator, b.Slug)
		if err != nil {
			return err
		}
		if b.ListID != "" || b.SendTo != nil {
			if err := b.set(ctx, h, board); err != nil {
				return err
			}
		}
		switch {
		case b.End:
			return h.mail.EndMirror(ctx, operator, board)
		case b.Pause || b.Resume:
			return h.mail.PauseMirror(ctx, operator, board, b.Pause)
		}
		m, err := h.mail.MirrorOf(ctx, operator, board)
		if err == nil {
			printMirror(m)
		}
		return err
	})
}

// set changes what was named and leaves the rest as it is.
func (b *boardMirrorCmd) set(ctx context.Context, h *house, board forum.Board) error {
	m, err := h.mail.MirrorOf(ctx, operator, board)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if b.ListID != "" {
		m.ListID = b.ListID
	}
	if b.SendTo != nil {
		m.Address = *b.SendTo
	}
	return h.mail.SetMirror(ctx, operator, board, m)
}

func (h *house) listMirrors(ctx context.Context) error {
	all, err := h.mail.Mirrors(ctx, operator)
	for _, m := range all {
		printMirror(m)
	}
	return err
}

// printMirror says in one line how a mirror does, and in another what last went wrong.
func printMirror(m mail.Mirror) {
	way := "read only"
	if m.Address != "" {
		way = "both ways, to " + m.Address
	}
	switch {
	case m.Paused:
		way += ", paused"
	case m.Shut():
		way += ", but nothing is sent: not everybody may read the board"
	}
	fmt.Printf("%-20s %s  %s  last in: %s  last out: %s\n", m.Board.Slug, m.ListID, way, dateOr(m.LastIn), dateOr(m.LastOut))
	if m.Error != "" {
		fmt.Printf("%-20s %s: %s\n", "", dateOr(m.ErrorAt), m.Error)
	}
}

func dateOr(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.Format(time.DateTime)
}
