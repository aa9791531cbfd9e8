package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"picus/internal/db"
)

func TestPeopleAndBoardsAreMadeOnTheCommandLine(t *testing.T) {
	c := newCommand(t)
	c.ok(password, "user", "add", "ada", "--email", "ada@example.org", "--password-stdin", "--role", "admin")
	c.ok("another long sentence\n", "user", "passwd", "ada")
	c.ok("", "user", "add", "lin", "--email", "lin@example.org")
	c.ok("", "user", "role", "lin", "moderator")
	c.prints("user list", `(?m)^ada +administrator +active +ada@example.org$`, `(?m)^lin +moderator +active +lin@example.org$`)
	c.prints("user token ada --label backup --scope read", `^\S{20,}\n$`)
	c.prints("board add python --title Python --list python", `/b/python\n$`)
	c.prints("group add Editors --description Editing", `group:Editors`)
	c.prints("group join editors ada lin")
	c.prints("group leave editors lin")
	c.prints("group list", `(?m)^Editors +1 people +Editing$`)
	c.prints("group list editors", `^ada `)
	c.prints("board add desk --title Desk --read group:editors --post group:editors --colour teal", `/b/desk\n$`)
	c.prints("board edit desk --title Newsdesk --moderate group:editors --archived")
	c.prints("board mirror python numbers.other.example --send-to numbers@other.example", `^python +numbers\.other\.example  both ways, to numbers@other\.example`)
	c.prints("board mirror python --pause")
	c.prints("board mirror", `both ways, to numbers@other\.example, paused  last in: never`)
	c.prints("board mirror python --end")
	c.prints("board list", `(?m)^python +0 threads +read: public +write: members +Python$`, `(?m)^desk +0 threads +read: group:Editors +write: group:Editors +Newsdesk$`)
	c.prints("user suspend lin")
	c.prints("user list", `(?m)^lin +moderator +suspended`)
	for rule, args := range map[string]string{
		"a person who is there":     "user add ada --email other@example.org",
		"an address that is there":  "user add eve --email ada@example.org",
		"an address that is none":   "user add eve --email nothing",
		"a person who is not there": "user passwd nobody",
		"a board that is there":     "board add python --title Again",
		"a group that is not there": "board add x --title X --read group:nobody",
		"a word that is nobody":     "board edit python --read friends",
		"a group that is named":     "group remove editors",
		"a mirror of nothing":       "board mirror python",
		"an unknown colour":         "board edit python --colour black",
		"an unknown command":        "dance",
		"an unknown role":           "user role lin king",
		"a forgotten argument":      "board add",
	} {
		c.complains(rule, password+"\n", strings.Fields(args)...)
	}
}

// prints runs a command, which has to succeed and to print what the patterns find.
func (c *command) prints(line string, patterns ...string) {
	c.Helper()
	out := c.ok("", strings.Fields(line)...)
	for _, p := range patterns {
		if !regexp.MustCompile(p).MatchString(out) {
			c.Errorf("picus %s prints %q; want %s", line, out, p)
		}
	}
}

// complains expects a command to fail with one sentence that a person understands.
func (c *command) complains(rule, stdin string, args ...string) outcome {
	c.Helper()
	got := c.run(stdin, args...)
	text := strings.TrimSpace(got.err)
	if got.code == 0 || got.code > 100 || text == "" || !strings.HasPrefix(text, "picus: ") {
		c.Errorf("%s: picus %s = %d, %q; want a failure with a sentence", rule, strings.Join(args, " "), got.code, got.err)
	}
	for _, sign := range []string{"goroutine ", "panic", ".go:", "SELECT", "sqlite", "constraint", "errno", "geheim"} {
		if strings.Contains(text, sign) {
			c.Errorf("%s: picus %s says %q, which no operator understands", rule, strings.Join(args, " "), text)
		}
	}
	if strings.Count(text, "\n") > 0 {
		c.Errorf("%s: picus %s says %q; want one sentence", rule, strings.Join(args, " "), text)
	}
	return got
}

func TestRenderShowsWhatTheSiteWouldShow(t *testing.T) {
	got := newCommand(t).ok("**注意：**看 <script>alert(1)</script>\n", "render")
	if want := "<p><strong>注意：</strong>看 "; !strings.HasPrefix(got, want) || strings.Contains(got, "<script") {
		t.Errorf("render prints %q; want %q first, and no script", got, want)
	}
}

func TestMailParsePrintsTheFieldsOfTheContract(t *testing.T) {
	raw := lines("From: =?gb2312?B?wdbQocP3?= <lin@example.org>", "To: python@picus.example", "Subject: Re: [python] Loops", "Message-ID: <b@example.org>", "In-Reply-To: <a@example.org>",
		"References: <a@example.org>", "Date: Mon, 23 Nov 2026 20:00:00 +0800", "", "Yes.", "", "On Monday, Ada wrote:", "> One?")
	var got map[string]any
	if err := json.Unmarshal([]byte(newCommand(t).ok(raw, "mail", "parse")), &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields("message_id in_reply_to references subject subject_base from to cc date list_id kind reason text reply elided html format_flowed attachments bounce auth charset_guessed warnings") {
		if _, there := got[name]; !there {
			t.Errorf("the field %s is missing", name)
		}
	}
	from, _ := got["from"].(map[string]any)
	for name, pair := range map[string][2]any{
		"message_id": {got["message_id"], "b@example.org"}, "subject_base": {got["subject_base"], "Loops"}, "reply": {got["reply"], "Yes."},
		"kind": {got["kind"], "post"}, "from.name": {from["name"], "林小明"}, "from.address": {from["address"], "lin@example.org"}, "date": {got["date"], "2026-11-23T20:00:00+08:00"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s = %v; want %v", name, pair[0], pair[1])
		}
	}
}

// Postfix acts on these codes: 0 is delivered, 65 and 67 are refused, 75 waits.
func TestMailReceiveAnswersWithTheCodesOfSysexits(t *testing.T) {
	c := newCommand(t)
	c.env = []string{"PICUS_MAIL_DOMAIN=picus.example"}
	c.ok("", "user", "add", "ada", "--email", "ada@example.org")
	good := lines("From: ada@example.org", "To: talk@picus.example", "Subject: By pipe", "Message-ID: <pipe@example.org>", "", "Hello.")
	c.ok(good, "mail", "receive", "--to", "talk@picus.example", "--from", "ada@example.org")
	for _, test := range []struct {
		rule, to, raw string
		want          int
	}{
		{"an unknown list", "nobody@picus.example", good, exitNoUser},
		{"another domain", "talk@elsewhere.example", good, exitDenied},
		{"a sender without an account", "talk@picus.example", strings.ReplaceAll(good, "ada@", "eve@"), exitDenied},
		{"no text", "talk@picus.example", lines("From: ada@example.org", "Subject: x", "Message-ID: <x@example.org>", ""), exitData},
	} {
		if got := c.run(test.raw, "mail", "receive", "--to", test.to, "--from", "ada@example.org"); got.code != test.want {
			t.Errorf("%s: mail receive = %d, %q; want %d", test.rule, got.code, got.err, test.want)
		}
	}
}

func TestArchiveIsImportedOnce(t *testing.T) {
	c := newCommand(t)
	c.file("list.mbox", "From ada Mon Nov 23 12:00:00 2020\nFrom: ada@example.org\nSubject: One\nMessage-ID: <1@example.org>\nDate: Mon, 23 Nov 2020 12:00:00 +0000\n\nFirst.\n\n"+
		"From lin Mon Nov 23 13:00:00 2020\nFrom: lin@example.org\nSubject: Re: One\nMessage-ID: <2@example.org>\nIn-Reply-To: <1@example.org>\nDate: Mon, 23 Nov 2020 13:00:00 +0000\n\nSecond.\n")
	c.prints("import --dry-run mbox --board talk list.mbox", `2 new`)
	c.prints("board list", `(?m)^talk +0 threads`)
	c.prints("import mbox --board talk list.mbox", `read 2 messages in \S+: 2 new, .* 0 refused`)
	c.prints("import mbox --board talk list.mbox", `: 0 new, 0 changed, 2 known, 0 deleted, 0 refused`)
	c.prints("board list", `(?m)^talk +1 threads`)
	c.complains("a board that is not there", "", "import", "mbox", "--board", "nothing", "list.mbox")
	c.complains("a file that is not there", "", "import", "mbox", "--board", "talk", "nothing.mbox")
}

func TestDumpIsImportedOnce(t *testing.T) {
	c := newCommand(t)
	for name, rows := range map[string]string{
		"Users":    `<row Id="1" DisplayName="Ada" CreationDate="2020-01-01T09:00:00.000" /><row Id="2" DisplayName="Bob" CreationDate="2020-01-01T09:00:00.000" />`,
		"Comments": ``,
		"Posts": `<row Id="10" PostTypeId="1" AcceptedAnswerId="11" CreationDate="2020-01-01T10:00:00.000" Score="3" Body="&lt;p&gt;Why?&lt;/p&gt;" OwnerUserId="1" Title="Why hops?" Tags="&lt;hops&gt;" />` +
			`<row Id="11" PostTypeId="2" ParentId="10" CreationDate="2020-01-02T10:00:00.000" Score="5" Body="&lt;p&gt;Taste.&lt;/p&gt;" OwnerUserId="2" />`,
	} {
		root := strings.ToLower(name)
		c.file("hops.stackexchange.com/"+name+".xml", `<?xml version="1.0" encoding="utf-8"?>`+"\n<"+root+">"+rows+"</"+root+">")
	}
	c.prints("import stackexchange hops.stackexchange.com", `[1-9]\d* new, .* 0 refused`)
	c.prints("import stackexchange hops.stackexchange.com", `: 0 new, 0 changed, [1-9]\d* known, 0 deleted, 0 refused`)
	c.prints("board list", `(?m)^hops +1 threads`)

	c.ok(password, "user", "add", "keeper", "--email", "keeper@example.org", "--password-stdin", "--role", "moderator")
	c.ok("", "user", "add", "lin", "--email", "lin@example.org")
	c.prints("tag name hops humulus 啤酒花 --as keeper")
	c.prints("tag names humulus", `(?m)^humulus +\d{4}-\d\d-\d\d  by keeper$`, `(?m)^啤酒花 `)
	c.prints("tag unname hops humulus")
	c.complains("a member names no tags", "", "tag", "name", "hops", "humulus", "--as", "lin")
	c.complains("a tag that is not there", "", "tag", "names", "humulus")
}

func (c *command) file(name, text string) {
	c.Helper()
	path := filepath.Join(c.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		c.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		c.Fatal(err)
	}
}

func TestBackupIsRestored(t *testing.T) {
	c := newCommand(t)
	c.ok("", "board", "add", "python", "--title", "Python")
	serving := c.serve()
	c.prints("backup copy.db", `Wrote copy.db`)
	c.complains("a backup that is there", "", "backup", "copy.db")
	c.complains("a restore while the site is served", "", "restore", "copy.db", "--force")
	serving()
	c.ok("", "board", "add", "later", "--title", "Later")
	c.complains("a database that is there", "", "restore", "copy.db")
	c.prints("restore copy.db --force", `Restored copy.db`)
	if got := c.ok("", "board", "list"); !strings.Contains(got, "python") || strings.Contains(got, "later") {
		t.Errorf("the boards after the restore are %q; want python without later", got)
	}
	c.file("broken.db", "This is no database.")
	c.complains("a file that is no backup", "", "restore", "broken.db", "--force")
}

// serve starts the site in the background and returns what stops it.
func (c *command) serve(args ...string) (stop func()) {
	c.Helper()
	p := c.process(c.Context(), append([]string{"serve", "--listen", "localhost:0", "--smtp", "localhost:0", "--lmtp", ""}, args...)...)
	out, err := p.StdoutPipe()
	if err != nil {
		c.Fatal(err)
	}
	if err := p.Start(); err != nil {
		c.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.Contains(line, "serves http://") {
		c.Fatalf("picus serve prints %q, %v; want where it serves", line, err)
	}
	return func() {
		c.Helper()
		if err := p.Process.Signal(syscall.SIGTERM); err != nil {
			c.Fatal(err)
		}
		if err := p.Wait(); err != nil {
			c.Errorf("picus serve ends with %v after SIGTERM; want a good end", err)
		}
	}
}

func TestWhatStopsAStartIsSaidInOneSentence(t *testing.T) {
	taken, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	c := newCommand(t)
	c.file("file", "")
	c.complains("a port in use", "", "serve", "--listen", taken.Addr().String(), "--smtp", "", "--lmtp", "")
	c.complains("an address that is none", "", "serve", "--listen", "nowhere:x")
	c.complains("a data folder that is a file", "", "serve", "--data", "file", "--listen", "localhost:0")
	c.complains("a data folder that cannot be made", "", "board", "list", "--data", "/proc/picus")
	c.complains("a base URL that is none", "", "serve", "--base-url", "picus", "--listen", "localhost:0")
	c.complains("a relay that is none", "", "serve", "--relay", "nowhere", "--listen", "localhost:0", "--smtp", "", "--lmtp", "")
	c.complains("a database that does not answer", "", "board", "list", "--database", "postgres://u:geheim@localhost:1/x")
	c.file("broken/picus.db", strings.Repeat("This is no database. ", 400))
	c.complains("a file that is no database", "", "board", "list", "--data", "broken")

	stop := c.serve()
	c.complains("a folder that another picus serves", "", "serve", "--listen", "localhost:0", "--smtp", "", "--lmtp", "")
	stop()
}

func TestDatabaseOfANewerPicusIsLeftAlone(t *testing.T) {
	c := newCommand(t)
	c.ok("", "board", "list")
	newer, err := db.Open(t.Context(), filepath.Join(c.dir, "data", "picus.db"))
	if err != nil {
		t.Fatal(err)
	}
	err = newer.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), "INSERT INTO migration (name) VALUES ('9999_tomorrow.sql')")
		return err
	})
	if err := errors.Join(err, newer.Close()); err != nil {
		t.Fatal(err)
	}
	got := c.complains("a newer database", "", "board", "list")
	if !strings.Contains(got.err, "newer") {
		t.Errorf("picus says %q; want that the database is newer", got.err)
	}
}

func TestSettingsComeFromFlagsThenTheEnvironmentThenTheFile(t *testing.T) {
	c := newCommand(t)
	c.file("picus.toml", "site = \"File\"\nmail-domain = \"file.example\"\nrelay = \"smtp://picus:geheim@relay.example:587\"\nlisten = \"localhost:1\"\n")
	c.env = []string{"PICUS_SITE=Environment", "PICUS_MAIL_DOMAIN=environment.example"}
	got := c.ok("", "--config", "picus.toml", "--site", "Flag", "check", "--print")
	for _, want := range []string{"PICUS_SITE=Flag", "PICUS_MAIL_DOMAIN=environment.example", "PICUS_RELAY=smtp://picus:xxxxx@relay.example:587"} {
		if !slices.Contains(strings.Split(got, "\n"), want) {
			t.Errorf("check --print says %q; want %s", got, want)
		}
	}
	if strings.Contains(got, "geheim") {
		t.Error("check --print shows a password")
	}
	c.file("wrong.toml", "sitte = \"File\"\n")
	c.complains("a setting that does not exist", "", "--config", "wrong.toml", "version")
	c.complains("a file of settings that is not there", "", "--config", "nothing.toml", "version")
}
