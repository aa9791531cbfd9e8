package mail_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// webmail is a Roundcube of its own, as Debian has it, in PHP's own web server. Somebody
// uses it as a browser would.
type webmail struct {
	*correspondence
	address string
	browser *http.Client
}

// roundcube is where test/packages has unpacked it.
const roundcube = "/usr/local/lib/picus-test/roundcube-core"

// answerInRoundcube has reader sign in, open the newest mail, and answer it.
func answerInRoundcube(c *correspondence, toAll bool, text string) {
	c.Helper()
	w := openRoundcube(c)
	w.signIn("reader@people.example")
	page := fmt.Sprintf("/?_task=mail&_action=compose&_mbox=INBOX&_reply_uid=%d", w.newest())
	if toAll {
		page += "&_all=all"
	}
	form := w.form(w.get(page), "_to")
	form.Set("_message", text+"\n\n"+form.Get("_message")) // above what it has quoted
	form.Set("_action", "send")
	form.Set("_task", "mail")
	form.Set("_is_html", "0")
	answer := w.post("/?_task=mail&_framed=1", form)
	if !strings.Contains(answer, "sent_successfully") {
		c.Fatalf("Roundcube does not send to %q, %q: %s", form.Get("_to"), form.Get("_cc"), answer)
	}
}

// openRoundcube starts it with an empty database.
func openRoundcube(c *correspondence) *webmail {
	c.Helper()
	dir := c.TempDir()
	install := filepath.Join(roundcube, "usr/share/roundcube") + "/"
	for _, name := range []string{"defaults.inc.php", "mimetypes.php"} {
		text, err := os.ReadFile(filepath.Join(roundcube, "etc/roundcube", name))
		if err != nil {
			c.Fatal(err)
		}
		c.write(filepath.Join(dir, name), 0o644, string(text))
	}
	c.write(filepath.Join(dir, "config.inc.php"), 0o644, fmt.Sprintf(`<?php
$config['db_dsnw'] = 'sqlite:///%[1]s/db?mode=0646';
$config['imap_host'] = '127.0.0.1:%[2]d';
$config['smtp_host'] = '%[3]s';
$config['smtp_user'] = $config['smtp_pass'] = '';
$config['log_dir'] = $config['temp_dir'] = '%[1]s';
$config['plugins'] = [];
$config['drafts_mbox'] = $config['sent_mbox'] = '';
$config['enable_spellcheck'] = false;
`, dir, c.dovecot.imap, c.front))
	c.write(filepath.Join(dir, "before.php"), 0o644, fmt.Sprintf("<?php define('INSTALL_PATH', '%s'); define('RCMAIL_CONFIG_DIR', '%s');\n", install, dir))
	w := &webmail{correspondence: c, address: fmt.Sprintf("127.0.0.1:%d", freePort(c.TB.(*testing.T)))}
	cmd := exec.Command("php", "-d", "auto_prepend_file="+filepath.Join(dir, "before.php"), "-d", "include_path="+filepath.Join(roundcube, "usr/share/php"), "-S", w.address, "-t", install)
	if err := cmd.Start(); err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if log, err := os.ReadFile(filepath.Join(dir, "errors.log")); err == nil && c.Failed() {
			c.Logf("Roundcube says:\n%s", log)
		}
	})
	jar, _ := cookiejar.New(nil)
	w.browser = &http.Client{Jar: jar, Timeout: aWhile}
	c.until("Roundcube", func() bool {
		conn, err := net.Dial("tcp", w.address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return w
}

func (w *webmail) signIn(name string) {
	w.Helper()
	form := w.form(w.get("/?_task=login"), "_user")
	form.Set("_user", name)
	form.Set("_pass", "secret")
	if page := w.post("/?_task=login", form); !strings.Contains(page, "messagelist") {
		w.Fatalf("Roundcube does not let %s in: %.3000s", name, page)
	}
}

// newest is the UID of the newest mail in reader's mailbox, of which none ever goes.
func (w *webmail) newest() int {
	w.Helper()
	files, err := filepath.Glob(filepath.Join(w.dovecot.dir, "home", "reader@people.example", "Mail", "[nc]*", "*"))
	if err != nil {
		w.Fatal(err)
	}
	return len(files)
}

func (w *webmail) get(path string) string {
	w.Helper()
	return w.read(w.browser.Get("http://" + w.address + path))
}

func (w *webmail) post(path string, form url.Values) string {
	w.Helper()
	return w.read(w.browser.PostForm("http://"+w.address+path, form))
}

func (w *webmail) read(r *http.Response, err error) string {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		w.Fatalf("Roundcube answers %s, %v: %s", r.Status, err, body)
	}
	return string(body)
}

// form returns what the form of a page with a certain field would send.
func (w *webmail) form(page, has string) url.Values {
	w.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		w.Fatal(err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" {
			continue
		}
		if fields := fieldsOf(n); fields.Has(has) {
			return fields
		}
	}
	w.Fatalf("no form of Roundcube has the field %s: %s", has, page)
	return nil
}

func fieldsOf(form *html.Node) url.Values {
	fields := url.Values{}
	for n := range form.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		_, checked := at["checked"]
		switch {
		case n.Data == "input" && (at["type"] != "checkbox" && at["type"] != "radio" || checked):
			fields.Set(at["name"], at["value"])
		case n.Data == "textarea" && n.FirstChild != nil:
			fields.Set(at["name"], n.FirstChild.Data)
		case n.Data == "textarea":
			fields.Set(at["name"], "")
		case n.Data == "option" && n.Parent.Data == "select":
			name := attribute(n.Parent, "name")
			if _, selected := at["selected"]; selected || !fields.Has(name) {
				fields.Set(name, at["value"])
			}
		}
	}
	return fields
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
