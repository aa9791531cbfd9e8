package mail

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail/message"
)

// Archive takes the mails of a list's archive into a board. They go the same way as
// mail that comes in, but nobody is told: they are history. Its methods may be called
// side by side.
type Archive struct {
	g       *Gateway
	board   item.Space
	prefix  string      // of its list
	empty   atomic.Bool // the board had no mail, so a mail need not be looked for
	authors sync.Map    // of account.User, by address or name
	making  singleflight.Group
}

// Archived is one mail of an archive.
type Archived struct {
	Message *message.Message
	Raw     []byte
	Packed  []byte    // Raw as Pack returns it, if the caller has it
	At      time.Time // where the mail itself does not say
	Thread  int64     // that the rest of the archive shows it belongs to; 0: unknown
	Parent  int64     // the post that it answers; 0: unknown
	Guessed bool      // Thread was found by the subject alone
}

// Filed says where a mail of an archive has come to stand.
type Filed struct {
	Thread, Post int64
	Known        bool // it was here already
}

// Archive opens a board for the mails of its archive.
func (g *Gateway) Archive(ctx context.Context, board string) (*Archive, error) {
	space, err := g.items.Space(ctx, "board", board)
	if fault.Is(err, fault.Missing) {
		return nil, fault.Gone("There is no board called “%s”. Make it first.", board)
	}
	if err != nil {
		return nil, err
	}
	rules, err := g.ListRules(ctx, space.ID)
	if err != nil {
		return nil, err
	}
	a := &Archive{g: g, board: space, prefix: rules.Prefix}
	some, err := db.Value[bool](ctx, g.db, "SELECT EXISTS (SELECT 1 FROM mail_node WHERE space = ?)", space.ID)
	a.empty.Store(!some)
	return a, err
}

// Pack compresses a mail as the gateway stores it.
func Pack(raw []byte) []byte { return pack(raw) }

// Unpack is the inverse of Pack.
func Unpack(packed []byte) ([]byte, error) { return unpack(packed) }

// File makes a post of a mail, with all its rows in one transaction. A mail that is
// here already is only told of. A fault says why a mail cannot be taken.
func (a *Archive) File(ctx context.Context, m Archived) (filed Filed, err error) {
	m.Message.MessageID = messageID(m.Message, m.Raw)
	tidySubject(m.Message, a.prefix)
	var c contribution
	if a.empty.Load() {
		// What the transaction finds out is enough as long as nothing is here.
		if c, err = a.contribution(ctx, m); err != nil {
			return filed, err
		}
		filed, err = a.write(ctx, c, place{thread: m.Thread, parent: m.Parent, told: m.hint()})
		if err == nil || fault.Is(err, fault.Internal) && !errors.Is(err, errMoved) {
			return filed, err
		}
	}
	for range 10 {
		p, err := a.g.place(ctx, a.g.db, a.board.ID, m.hint(), m.Message)
		if err != nil {
			return filed, err
		}
		filed, err = a.known(ctx, m.Message, p.ids[m.Message.MessageID])
		if err != nil || filed.Known {
			return filed, err
		}
		if c.m == nil { // an attachment is made harmless only once
			if c, err = a.contribution(ctx, m); err != nil {
				return filed, err
			}
		}
		filed, err = a.write(ctx, c, p)
		if !errors.Is(err, errMoved) {
			return filed, err
		}
	}
	return filed, errMoved
}

func (a *Archive) write(ctx context.Context, c contribution, p place) (Filed, error) {
	ref, err := a.g.contribute(ctx, c, p)
	return Filed{Thread: ref.Thread, Post: ref.Post}, err
}

// Try says what File would do, and changes nothing.
func (a *Archive) Try(ctx context.Context, m Archived) (Filed, error) {
	m.Message.MessageID = messageID(m.Message, m.Raw)
	if body, _ := a.g.body(m.Message); strings.TrimSpace(body) == "" && !hasFiles(m.Message) {
		return Filed{}, errNoText
	}
	id := m.Message.MessageID
	nodes, err := a.g.nodes(ctx, a.g.db, a.board.ID, []string{id})
	if err != nil {
		return Filed{}, err
	}
	return a.known(ctx, m.Message, nodes[id])
}

// known tells whether a mail is here already, and where.
func (a *Archive) known(ctx context.Context, m *message.Message, n node) (Filed, error) {
	if n.item == 0 {
		return Filed{}, nil
	}
	same := comesBack(m, n)
	var err error
	if !same {
		same, err = a.g.cameBefore(ctx, a.g.db, a.board.ID, 0, m)
	}
	return Filed{Thread: n.thread, Post: n.item, Known: same}, err
}

func (m Archived) hint() hint {
	rule := byArchive
	if m.Guessed {
		rule = bySubject
	}
	return hint{thread: m.Thread, rule: rule}
}

// contribution makes a mail ready to be a post: its author's account, and its attachments,
// which nobody but the author sees until the post is there.
func (a *Archive) contribution(ctx context.Context, m Archived) (contribution, error) {
	by, err := a.author(ctx, m.Message)
	if err != nil {
		return contribution{}, err
	}
	kept, err := a.g.keepFiles(ctx, by, m.Message, item.Import)
	if err != nil {
		return contribution{}, err
	}
	at := m.Message.Date
	if at.IsZero() {
		at = m.At
	}
	packed := m.Packed
	if packed == nil {
		packed = pack(m.Raw)
	}
	row := stored{messageID: m.Message.MessageID, digest: contentDigest(m.Message), fate: Posted, reason: kept.told(),
		peer: "import", raw: packed, space: a.board.ID, account: by.ID, at: a.g.now()}
	with := func(ctx context.Context, tx *db.Tx, ref forum.Ref, rule string) error {
		row.item, row.rule = ref.Post, rule
		_, err := row.insert(ctx, tx)
		return err
	}
	return contribution{by: by, board: a.board, prefix: a.prefix, m: m.Message, via: item.Import, at: at, files: kept, with: with}, nil
}

// author returns the account of the mail's author, a shadow where there is none yet.
func (a *Archive) author(ctx context.Context, m *message.Message) (account.User, error) {
	from := archivedFrom(m)
	key := strings.ToLower(from.Address)
	if key == "" {
		key = "name " + m.Header(authorField) + " " + from.Name
	}
	if known, ok := a.authors.Load(key); ok {
		return known.(account.User), nil
	}
	made, err, _ := a.making.Do(key, func() (any, error) {
		var by account.User
		err := a.g.db.Write(ctx, func(tx *db.Tx) (err error) {
			by, err = a.g.shadow(ctx, tx, from, m.Header(authorField))
			return err
		})
		if err == nil {
			a.authors.Store(key, by)
		}
		return by, err
	})
	if err != nil {
		return account.User{}, fmt.Errorf("make the author %q: %w", from.Name, err)
	}
	return made.(account.User), nil
}

// shadow returns the account of an author whom an archive names, by the address or, where
// only a site's own export tells who it was, by the handle there.
func (g *Gateway) shadow(ctx context.Context, tx *db.Tx, from message.Address, handle string) (account.User, error) {
	if from.Address == "" && handle != "" {
		return g.accounts.NamedShadow(ctx, tx, handle, from.Name)
	}
	by, err := g.accounts.Shadow(ctx, tx, from.Name, from.Address)
	if fault.KindOf(err) != fault.Internal {
		by, err = g.accounts.Shadow(ctx, tx, from.Name, "") // what stands there is no address
	}
	return by, err
}

// hiddenAddress is how Mailman's archiver writes an address: ann at example.org (Ann).
var hiddenAddress = regexp.MustCompile(`^"?([^\s"@<>()]+) at ([^\s"@<>()]+\.[^\s"@<>()]+?)"?(?:\s+\((.*)\))?$`)

// archivedFrom returns the author of a mail, with the address that an archiver has hidden.
// A site's own export has the address of the list there, which is nobody's.
func archivedFrom(m *message.Message) message.Address {
	if m.FromList() && m.Header(authorField) != "" {
		return message.Address{Name: m.From.Name}
	}
	if m.From.Address != "" {
		return m.From
	}
	found := hiddenAddress.FindStringSubmatch(strings.TrimSpace(m.Header("From")))
	if found == nil {
		return m.From
	}
	return message.Address{Name: found[3], Address: found[1] + "@" + strings.ToLower(found[2])}
}
