package imap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	// AtOnce is how many mails one command speaks of: servers cut long lists short.
	AtOnce = 50

	beginning = 64 << 10 // what is read of a mail that is too large
	slowest   = 16 << 10 // bytes a second that a server has to send
)

// Mail is one mail of the folder.
type Mail struct {
	UID      uint32
	TooLarge bool   // Raw is only its beginning
	Raw      []byte // with the line ends of the network
}

// UIDs returns the numbers of the mails above one, in their order. Where mails are
// marked with the keyword, those that have it are left out.
func (c *Conn) UIDs(above uint32) ([]uint32, error) {
	if above == 1<<32-1 {
		return nil, nil
	}
	c.guard.allow(c.now().Add(c.command), manyBytes)
	wanted := &imap.SearchCriteria{UID: []imap.UIDSet{{imap.UIDRange{Start: imap.UID(above + 1), Stop: 0}}}}
	if c.box.Way == Keyword {
		wanted.NotFlag = []imap.Flag{ingested}
	}
	found, err := c.client.UIDSearch(wanted, nil).Wait()
	if err != nil {
		return nil, fmt.Errorf("look for mail: %w", err)
	}
	var uids []uint32
	for _, uid := range found.AllUIDs() {
		if uint32(uid) > above { // "7:*" names the last mail even if that is number 3
			uids = append(uids, uint32(uid))
		}
	}
	slices.Sort(uids)
	return uids, nil
}

// Fetch reads at most AtOnce mails, one after the other, and calls take for each; a
// mail that has been deleted meanwhile is left out. Reading a mail does not mark it as
// read. Of one with more than most bytes only the beginning is read.
func (c *Conn) Fetch(uids []uint32, most int64, take func(Mail) error) error {
	sizes, err := c.sizes(uids)
	if err != nil {
		return fmt.Errorf("ask for the sizes of mails: %w", err)
	}
	for _, uid := range uids {
		size, there := sizes[uid]
		if !there {
			continue
		}
		m, err := c.fetch(uid, size, most)
		if err != nil {
			return &FetchError{UID: uid, err: err}
		}
		if m.Raw == nil {
			continue
		}
		if err := take(m); err != nil {
			return err
		}
	}
	return nil
}

// FetchError says which mail could not be read.
type FetchError struct {
	UID uint32
	err error
}

func (e *FetchError) Error() string { return fmt.Sprintf("read mail %d: %v", e.UID, e.err) }
func (e *FetchError) Unwrap() error { return e.err }

func (c *Conn) sizes(uids []uint32) (map[uint32]int64, error) {
	c.guard.allow(c.now().Add(c.command), fewBytes)
	sizes := map[uint32]int64{}
	asked := c.client.Fetch(set(uids), &imap.FetchOptions{UID: true, RFC822Size: true})
	for m := asked.Next(); m != nil; m = asked.Next() {
		var uid uint32
		size := int64(-1)
		for item := m.Next(); item != nil; item = m.Next() {
			switch item := item.(type) {
			case imapclient.FetchItemDataUID:
				uid = uint32(item.UID)
			case imapclient.FetchItemDataRFC822Size:
				size = item.Size
			}
		}
		if uid != 0 && size >= 0 {
			sizes[uid] = size
		}
	}
	return sizes, asked.Close()
}

var errLiteral = errors.New("the mail is larger than the server said")

// fetch reads one mail. The server's word for its size bounds the time, and most the
// bytes, because servers are often a few bytes wrong about a size.
func (c *Conn) fetch(uid uint32, size, most int64) (Mail, error) {
	m := Mail{UID: uid, TooLarge: size > most}
	section := &imap.FetchItemBodySection{Peek: true}
	if m.TooLarge {
		section.Partial = &imap.SectionPartial{Size: beginning}
		size = beginning
	}
	c.guard.allow(c.now().Add(c.command+time.Duration(size/slowest)*time.Second), size+size/8+fewBytes)
	asked := c.client.Fetch(set([]uint32{uid}), &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}})
	var failed error
	for data := asked.Next(); data != nil; data = asked.Next() {
		for item := data.Next(); item != nil; item = data.Next() {
			body, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || body.Literal == nil || failed != nil {
				continue
			}
			if body.Literal.Size() > size+size/8+fewBytes/2 {
				failed = errLiteral
				c.guard.Close()
				continue
			}
			m.Raw = make([]byte, body.Literal.Size())
			_, failed = io.ReadFull(body.Literal, m.Raw)
			if failed != nil {
				c.guard.Close() // the library's own reader goes on from here: to discard the rest beside it would be a race
				return m, failed
			}
		}
	}
	return m, errors.Join(failed, asked.Close())
}

// Finish marks mails as taken in, in the best way that the server offers. Where it
// refuses one way, the next best is used from then on.
func (c *Conn) Finish(uids []uint32) error {
	for some := range slices.Chunk(uids, AtOnce) {
		if err := c.finish(set(some)); err != nil {
			return fmt.Errorf("mark mail as taken in: %w", err)
		}
	}
	return nil
}

func (c *Conn) finish(uids imap.UIDSet) error {
	if c.box.Way == Move {
		err := c.move(uids)
		if !Refused(err) {
			return err
		}
		c.box.Way = Keyword
	}
	if c.box.Way == Keyword {
		c.guard.allow(c.now().Add(c.command), fewBytes)
		err := c.client.Store(uids, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{ingested}}, nil).Close()
		if !Refused(err) {
			return err
		}
		c.box.Way = Nothing
	}
	return nil
}

// move makes the folder when it is missing.
func (c *Conn) move(uids imap.UIDSet) error {
	c.guard.allow(c.now().Add(c.command), fewBytes)
	_, err := c.client.Move(uids, c.account.Done).Wait()
	if !Refused(err) {
		return err
	}
	if err := c.client.Create(c.account.Done, nil).Wait(); err != nil {
		return err
	}
	_, err = c.client.Move(uids, c.account.Done).Wait()
	return err
}

// Wait returns when the server speaks of new mail, after a while, or when the
// connection breaks. A server without IDLE is left alone for that while.
func (c *Conn) Wait(ctx context.Context, while time.Duration) error {
	timer := time.NewTimer(while)
	defer timer.Stop()
	c.guard.allow(c.now().Add(while+c.command), fewBytes)
	if !c.client.Caps().Has(imap.CapIdle) {
		select {
		case <-timer.C:
		case <-c.client.Closed():
		case <-ctx.Done():
		}
		return ctx.Err()
	}
	idle, err := c.client.Idle()
	if err != nil {
		return err
	}
	select {
	case <-c.news:
	case <-timer.C:
	case <-c.client.Closed():
	case <-ctx.Done():
	}
	c.guard.allow(c.now().Add(c.command), fewBytes)
	return errors.Join(idle.Close(), idle.Wait(), ctx.Err())
}

func set(uids []uint32) imap.UIDSet {
	var s imap.UIDSet
	for _, uid := range uids {
		s.AddNum(imap.UID(uid))
	}
	return s
}
