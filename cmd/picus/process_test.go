package main

import (
	"bufio"
	"io"
	"os/exec"
	"regexp"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
)

// server is picus as a process of its own, which a test may kill.
type server struct {
	*command
	cmd  *exec.Cmd
	url  string
	smtp string
}

var (
	servesAt = regexp.MustCompile(`serves (http://\S+)`)
	smtpAt   = regexp.MustCompile(`by SMTP on (\S+)`)
)

// launch starts `picus serve` on free ports in the command's folder and returns when
// its doors are open.
func (c *command) launch(args ...string) *server {
	c.Helper()
	s := &server{command: c, cmd: c.process(c.Context(), append([]string{"serve", "--listen", "localhost:0", "--smtp", "localhost:0", "--lmtp", ""}, args...)...)}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		c.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		c.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for s.smtp == "" && lines.Scan() {
		if m := servesAt.FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
		}
		if m := smtpAt.FindStringSubmatch(lines.Text()); m != nil {
			s.smtp = m[1]
		}
	}
	if s.smtp == "" {
		c.Fatal("picus serve ended before its doors were open")
	}
	go io.Copy(io.Discard, out)
	return s
}

// kill ends the process as a power cut does.
func (s *server) kill() {
	s.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		s.Fatal(err)
	}
	s.cmd.Wait() // it says "killed"
}

// furnished opens the house in the command's folder, for a test to move in.
func (c *command) furnished(domain string, move func(h *house)) {
	c.Helper()
	conf := config{Data: c.dir + "/data", Database: c.database, BaseURL: "http://localhost", Site: "Picus", MailDomain: domain, MailTrusted: []string{"127.0.0.0/8"}}
	err := conf.with(c.Context(), func(h *house) error { move(h); return nil })
	if err != nil {
		c.Fatal(err)
	}
}

// talks makes a member.
func (c *command) talks(h *house, name, address string) account.User {
	c.Helper()
	u, err := h.accounts.Add(c.Context(), account.Registration{Name: name, Email: address, Password: password}, account.Member)
	if err != nil {
		c.Fatal(err)
	}
	return u
}

// listens has the board "talk" sent to an address that has no account.
func (c *command) listens(h *house, addresses ...string) {
	c.Helper()
	board, err := h.forum.Board(c.Context(), operator, "talk")
	if err != nil {
		c.Fatal(err)
	}
	for _, address := range addresses {
		u := c.shadow(h, address)
		if err := h.items.Subscribe(c.Context(), u, item.Subscription{Target: item.ToBoard, ID: board.ID, Level: "watch", Channel: "mail"}); err != nil {
			c.Fatal(err)
		}
	}
}

func (c *command) starts(h *house, by account.User, title string) {
	c.Helper()
	_, err := h.forum.Start(c.Context(), by, forum.NewThread{Board: "talk", Kind: forum.Discussion, Title: title, Body: "Hello.", Via: item.Mail})
	if err != nil {
		c.Fatal(err)
	}
}

// shadow is somebody who is known by address only.
func (c *command) shadow(h *house, address string) (u account.User) {
	c.Helper()
	err := h.db.Write(c.Context(), func(tx *db.Tx) (err error) {
		u, err = h.accounts.Shadow(c.Context(), tx, "", address)
		return err
	})
	if err != nil {
		c.Fatal(err)
	}
	return u
}
