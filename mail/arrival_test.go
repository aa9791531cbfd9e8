package mail_test

import (
	"testing"

	"picus/mail"
)

func TestItIsCrowdedWhileManyMailsArriveAtOnce(t *testing.T) {
	arrive, crowded := mail.Arrivals()
	for range 10 { // one after the other
		arrive()()
	}
	for range 3 {
		arrive()
	}
	if crowded() {
		t.Error("crowded() = true with three mails at once; want false")
	}
	done := arrive()
	for range 2 {
		if !crowded() {
			t.Error("crowded() = false with four mails at once; want true")
		}
	}
	done()
	arrive()()
	if !crowded() {
		t.Error("crowded() = false after a rush; want true")
	}
	if crowded() {
		t.Error("crowded() = true when nothing has come since; want false")
	}
}
