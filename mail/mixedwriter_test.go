package mail_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"strings"
	"sync"
	"time"
)

// writer is somebody who writes by HTTP, and what they know to have been taken.
type writer struct {
	name   string
	token  string
	url    string
	client *http.Client
	others *posts
	sent   int // what was begun, so that no two texts are the same

	threads []int64
	written map[int64]string // posts by their mark
	edits   map[int64]int    // the number of the last edit of a post
	votes   map[int64]bool
	draft   int
	version int64 // of the draft
	files   map[string]string
}

// posts are those of all writers.
type posts struct {
	mu  sync.Mutex
	all []int64
}

func (p *posts) add(id int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, id)
}

func (p *posts) any() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.all) == 0 {
		return 0
	}
	return p.all[rand.IntN(len(p.all))]
}

func newWriter(n int, token string, others *posts) *writer {
	return &writer{name: fmt.Sprintf("writer%d", n), token: token, others: others, written: map[int64]string{}, edits: map[int64]int{}, votes: map[int64]bool{}, files: map[string]string{}}
}

// aim has the writer write to a server from now on.
func (w *writer) aim(url string) {
	w.url = url
	w.client = &http.Client{Transport: &http.Transport{}, Timeout: aWhile}
}

// work writes this and that until the server is dead.
func (w *writer) work(dead <-chan struct{}) {
	defer w.client.CloseIdleConnections()
	tick := time.NewTicker(40 * time.Millisecond)
	defer tick.Stop()
	for {
		// What fails was not acknowledged: it is not waited for, and not written again.
		switch rand.IntN(6) {
		case 0:
			w.begin()
		case 1:
			w.answer("")
		case 2:
			w.change()
		case 3:
			w.vote()
		case 4:
			w.keep()
		case 5:
			w.upload()
		}
		select {
		case <-tick.C:
		case <-dead:
			return
		}
	}
}

// mark is a word that no other text has.
func (w *writer) mark() string {
	w.sent++
	return fmt.Sprintf("mark%sx%d", w.name, w.sent)
}

func (w *writer) begin() {
	var made struct{ ID, Post int64 }
	mark := w.mark()
	if w.send("POST", "/threads", map[string]any{"board": "talk", "kind": "discussion", "title": "About " + mark, "body": "What of " + mark + "?"}, &made) == nil {
		w.threads = append(w.threads, made.ID)
		w.written[made.ID] = mark
		w.others.add(made.ID)
	}
}

// answer replies in one of the writer's threads, with what a file is mentioned by.
func (w *writer) answer(file string) {
	if len(w.threads) == 0 {
		return
	}
	var made struct{ ID int64 }
	mark := w.mark()
	path := fmt.Sprintf("/threads/%d/posts", w.threads[rand.IntN(len(w.threads))])
	if w.send("POST", path, map[string]any{"body": "It is " + mark + ". " + file, "kind": "reply"}, &made) == nil {
		w.written[made.ID] = mark
		w.others.add(made.ID)
		if file != "" {
			w.files[mark] = file
		}
	}
}

// change edits one of the writer's own posts; its mark stays.
func (w *writer) change() {
	for id, mark := range w.written {
		w.sent++
		n := w.sent
		if w.files[mark] == "" && w.send("PATCH", fmt.Sprintf("/posts/%d", id), map[string]any{"body": fmt.Sprintf("It is %s, edit %d.", mark, n)}, nil) == nil {
			w.edits[id] = n
		}
		return
	}
}

func (w *writer) vote() {
	id := w.others.any()
	if _, own := w.written[id]; own || id == 0 {
		return
	}
	if w.send("PUT", fmt.Sprintf("/posts/%d/vote", id), map[string]any{"value": 1}, nil) == nil {
		w.votes[id] = true
	}
}

// keep saves a draft. What another save has done, which nobody heard of, is gone over.
func (w *writer) keep() {
	var kept struct {
		Version int64
		Draft   struct{ Version int64 }
	}
	w.sent++
	n := w.sent
	err := w.send("PUT", "/drafts", map[string]any{"place": "/b/talk/new", "title": "A draft", "body": fmt.Sprintf("draft %d", n), "version": w.version}, &kept)
	switch {
	case err == nil:
		w.draft, w.version = n, kept.Version
	case kept.Draft.Version != 0:
		w.version = kept.Draft.Version
	}
}

// upload sends a file and mentions it in a post.
func (w *writer) upload() {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	mark := w.mark()
	part, _ := form.CreateFormFile("file", mark+".txt")
	io.WriteString(part, strings.Repeat("This is the file "+mark+".\n", 200))
	form.Close()
	var made struct{ Markdown string }
	if w.request("POST", "/uploads", form.FormDataContentType(), &body, &made) == nil {
		w.answer(made.Markdown)
	}
}

func (w *writer) send(method, path string, what, answer any) error {
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	return w.request(method, path, "application/json", bytes.NewReader(body), answer)
}

// request returns nil for what was acknowledged.
func (w *writer) request(method, path, kind string, body io.Reader, answer any) error {
	r, err := http.NewRequest(method, w.url+"/api/v1"+path, body)
	if err != nil {
		return err
	}
	r.Host = "localhost"
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+w.token)
	resp, err := w.client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && answer != nil && len(text) > 0 {
		err = json.Unmarshal(text, answer)
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s = %s: %s", method, path, resp.Status, text)
	}
	return err
}
