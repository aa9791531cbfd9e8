package stackexchange

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/importer"
)

// together is how many people are written in one transaction.
const together = 100

// communityUser is Stack Exchange's own account for what nobody in particular does. Here it
// is who withdraws and restores.
const communityUser = -1

// importPeople gives everybody in the dump a shadow account: first those in Users.xml, then
// those whose posts are all that is left of them.
func (r *run) importPeople(ctx context.Context) error {
	batch := &people{run: r, ctx: ctx}
	_, err := r.dump.rows(ctx, usersFile, batch.take, r.unreadable)
	if err = errors.Join(batch.err, err); err != nil {
		return err
	}
	if err := batch.flush(); err != nil {
		return err
	}
	left, err := r.survey(ctx)
	if err != nil {
		return err
	}
	for _, p := range left {
		batch.add(newcomer{key: p.key(), display: p.shown(), counted: false})
	}
	if err := errors.Join(batch.err, batch.flush()); err != nil {
		return err
	}
	r.community, err = r.account(ctx, person{id: communityUser})
	return err
}

// newcomer is somebody to be made or renamed.
type newcomer struct {
	key, display string
	known        importer.Origin
	counted      bool // as an entry of the dump
}

func (n newcomer) digest() string { return digest(n.display) }

// people gathers newcomers, so that many share a transaction.
type people struct {
	*run
	ctx   context.Context
	batch []newcomer
	err   error
}

// take reads a row of Users.xml.
func (p *people) take(x row) {
	f := &fields{row: x}
	id := f.own()
	p.count(func(s *importer.Summary) { s.Read++ })
	if f.err == nil && !p.users.add(id) {
		f.fail(fault.Bad("Id", "The dump holds this Id twice."))
	}
	if f.err != nil {
		p.bad(x.where(), f.err.Error())
		return
	}
	who := person{id: id, name: x.attrs["DisplayName"]}
	p.add(newcomer{key: who.key(), display: who.shown(), counted: true})
}

func (p *people) add(n newcomer) {
	if p.err != nil {
		return
	}
	n.known, p.err = importer.Recall(p.ctx, p.DB, p.source, n.key)
	switch {
	case p.err != nil:
	case !n.counted && n.known.Target != 0: // a name from an earlier dump is better than none
	case n.known.Digest == n.digest():
		p.book(n, func(s *importer.Summary) { s.Known++ })
	default:
		if p.batch = append(p.batch, n); len(p.batch) == together {
			p.err = p.flush()
		}
	}
}

func (p *people) book(n newcomer, add func(*importer.Summary)) {
	if n.counted {
		p.count(add)
	}
}

// flush writes who has been gathered.
func (p *people) flush() error {
	batch := p.batch
	p.batch = p.batch[:0]
	if len(batch) > 0 && !p.DryRun {
		err := p.DB.Write(p.ctx, func(tx *db.Tx) error {
			for _, n := range batch {
				if err := p.put(tx, n); err != nil {
					return fmt.Errorf("%s: %w", n.key, err)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, n := range batch {
		if n.known.Target == 0 {
			p.book(n, func(s *importer.Summary) { s.New++ })
		} else {
			p.book(n, func(s *importer.Summary) { s.Changed++ })
		}
	}
	return nil
}

func (p *people) put(tx *db.Tx, n newcomer) error {
	kept := importer.Origin{Target: n.known.Target, Digest: n.digest()}
	if kept.Target == 0 {
		made, err := p.Accounts.Shadow(p.ctx, tx, n.display, "")
		if err != nil {
			return err
		}
		kept.Target = made.ID
	} else if err := p.Accounts.RenameShadow(p.ctx, tx, kept.Target, n.display); err != nil {
		return err
	}
	return importer.Keep(p.ctx, tx, p.source, n.key, kept)
}

// survey reads posts and comments once for the people in them who are not in Users.xml,
// in the order of their keys.
func (r *run) survey(ctx context.Context) ([]person, error) {
	left := map[string]person{}
	note := func(p person) {
		if _, known := left[p.key()]; !known && (p.id == 0 || !r.users.has(p.id)) {
			left[p.key()] = p
		}
	}
	note(person{id: communityUser, name: "Community"})
	_, err := r.dump.rows(ctx, postsFile, func(x row) {
		if p, err := readPost(x); err == nil {
			note(p.author)
			if p.editor != (person{}) {
				note(p.editor)
			}
		}
	}, unnamed)
	if err != nil {
		return nil, err
	}
	_, err = r.dump.rows(ctx, commentsFile, func(x row) {
		if c, err := readComment(x); err == nil {
			note(c.author)
		}
	}, unnamed)
	keys := slices.Sorted(maps.Keys(left))
	people := make([]person, len(keys))
	for i, key := range keys {
		people[i] = left[key]
	}
	return people, err
}

// unnamed passes over what cannot be read, where another pass names it.
func unnamed(string, string) {}

// account returns the account of somebody in the dump.
func (r *run) account(ctx context.Context, p person) (account.User, error) {
	known, err := importer.Recall(ctx, r.DB, r.source, p.key())
	if err != nil {
		return account.User{}, err
	}
	if known.Target == 0 && !r.DryRun {
		return account.User{}, fault.Gone("The dump says nothing about the user %s.", strconv.FormatInt(p.id, 10))
	}
	return account.User{ID: known.Target, Status: account.Shadow}, nil
}
