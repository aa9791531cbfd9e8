package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAMailWaitsWhereTheFailureIsOurs(t *testing.T) {
	c := newCommand(t)
	c.env = []string{"PICUS_DATABASE=postgres://127.0.0.1:1/nobody?connect_timeout=2"}
	mail := "From: ada@example.org\r\nSubject: x\r\n\r\nHello.\r\n"
	if got := c.run(mail, "mail", "receive", "--to", "talk@localhost", "--from", "ada@example.org"); got.code != exitTemporary {
		t.Errorf("mail receive without a database = %d, %q; want %d, or the mail goes back", got.code, got.err, exitTemporary)
	}
}

func TestNothingIsNotBackedUp(t *testing.T) {
	c := newCommand(t)
	if got := c.run("", "backup", "copy.db"); got.code == 0 {
		t.Error("backup of no database succeeded; want a refusal")
	}
	if _, err := os.Stat(filepath.Join(c.dir, "copy.db")); err == nil {
		t.Error("a backup of nothing was written")
	}
}
