package mail_test

import (
	"net/netip"
	"strings"
	"testing"

	"picus/internal/db"
	"picus/mail"
)

// Some robots quote what they answer, and some write to the address of the envelope.
func TestAnAnswerToTheEnvelopeOfAPrivateMailIsNotKept(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		if err := p.gateway.SendPrivately(t.Context(), p.ada, "bob", "Hello", "Between you and me."); err != nil {
			t.Fatal(err)
		}
		got := p.sink.next(t)
		p.settled(1, mail.Done)
		robot := written(p.bob, got.from, "Out of office", "I am away. You wrote:\r\n\r\n> Between you and me.", "Message-ID: <away@x>", "Auto-Submitted: auto-replied")
		if err := p.gateway.Receive(t.Context(), mail.Envelope{To: []string{got.from}, Peer: netip.MustParseAddr(badHost), Raw: []byte(robot)})[0]; err != nil {
			t.Fatal(err)
		}
		p.told()
		kept, err := db.Value[int](t.Context(), p.db, "SELECT coalesce(sum(length(raw)), 0) FROM message")
		if err != nil || kept != 0 {
			t.Errorf("%d bytes of it stand where the staff read, %v", kept, err)
		}
	})
}

// Whoever answers between the lines has typed these, but not what stands between them.
func TestAQuotationBetweenTheLinesTellsNoAddress(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		to := p.address(p.ada, p.bob)
		text := "> Who are you, <ada@people.example>?\r\n\r\nAda.\r\n\r\n> And what do you want?\r\n\r\nNothing.\r\n"
		if err := p.sends(p.ada, to, p.sign(written(p.ada, to, "Re: you", text, "Message-ID: <between@x>"))); err != nil {
			t.Fatal(err)
		}
		got := p.sink.next(t)
		tellsNothing(t, got, "ada@people.example")
		if _, m := got.read(t); !strings.Contains(m.Text, "Nothing.") {
			t.Errorf("the text is %q", m.Text)
		}
	})
}
