package mail_test

import (
	"strings"
	"testing"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// second gives a member another address by hand, as account.Claim leaves it, and returns
// the account that mail from there had made.
func (p *pair) second(u account.User, address string) account.User {
	p.Helper()
	shadow := p.shadow("", address)
	err := p.db.Write(p.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(p.Context(), "UPDATE account SET merged = ? WHERE id = ?", u.ID, shadow.ID)
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
	return shadow
}

// shadow makes the account of somebody who has only written by mail.
func (p *pair) shadow(name, address string) (u account.User) {
	p.Helper()
	err := p.db.Write(p.Context(), func(tx *db.Tx) (err error) {
		u, err = p.people.Shadow(p.Context(), tx, name, address)
		return err
	})
	if err != nil {
		p.Fatal(err)
	}
	return u
}

// A member writes privately from each address of theirs, and none of them is shown.
func TestASecondAddressWritesInPrivateAndIsHidden(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		p.second(p.ada, "desk@people.example")
		atDesk := p.ada
		atDesk.Email = "desk@people.example"
		to := p.address(p.ada, p.bob)
		text := "Hello Bob.\r\n\r\nOn Mon, Nov 23, 2026 at 11:00 AM Ada <desk@people.example> wrote:\r\n> Remember, desk@people.example and ada@people.example.\r\n"
		if err := p.sends(atDesk, to, p.sign(written(atDesk, to, "From my desk@people.example", text, "Message-ID: <desk@x>"))); err != nil {
			t.Fatal(err)
		}
		got := p.sink.next(t)
		tellsNothing(t, got, "ada@people.example", "desk@people.example")
		if _, m := got.read(t); got.to != p.bob.Email || !strings.Contains(m.Text, "Hello Bob.") {
			t.Errorf("%s gets %q", got.to, m.Text)
		}
	})
}

// What was given out while the account was its own works on: the private address and the
// link to unsubscribe are the member's.
func TestWhatASecondAddressGaveOutIsTheMembers(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		board, err := p.items.SpaceByList(t.Context(), "python")
		if err != nil {
			t.Fatal(err)
		}
		shadow := p.shadow("", "desk@people.example")
		err = p.db.Write(t.Context(), func(tx *db.Tx) error { return p.people.TurnPrivateDoor(t.Context(), tx, shadow.ID, true) })
		if err != nil {
			t.Fatal(err)
		}
		to, link := p.address(p.bob, shadow), p.gateway.UnsubscribeToken(shadow.ID, board.ID)
		p.second(p.ada, "desk@people.example")
		if err := p.sends(p.bob, to, p.sign(written(p.bob, to, "Still there?", "Hello.", "Message-ID: <still@x>"))); err != nil {
			t.Fatal(err)
		}
		if got := p.sink.next(t); got.to != p.ada.Email {
			t.Errorf("the mail goes to %s; want the member's own address", got.to)
		}
		if err := p.items.Subscribe(t.Context(), p.ada, item.Subscription{Target: item.ToBoard, ID: board.ID, Level: "watch", Channel: "mail"}); err != nil {
			t.Fatal(err)
		}
		if u, err := p.gateway.Unsubscribe(t.Context(), link); err != nil || u.Name != p.ada.Name {
			t.Errorf("Unsubscribe() = %+v, %v; want ada", u, err)
		}
		if s, err := p.items.Level(t.Context(), p.ada, item.ToBoard, board.ID); err != nil || s.Level != "mute" {
			t.Errorf("Level() = %+v, %v; want mute", s, err)
		}
	})
}
