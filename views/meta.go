package views

import (
	"html"
	"strings"
	"time"
	"unicode/utf8"

	"picus/forum"
)

func (m *Meta) kind() string {
	if m == nil || m.Type == "" {
		return "website"
	}
	return m.Type
}

// Excerpt returns the beginning of a text as plain words, at most n characters of it.
// It reads only HTML that internal/markdown made, whose tags are well formed.
func Excerpt(prose string, n int) string {
	var plain strings.Builder
	for len(prose) > 0 && plain.Len() < 6*n {
		before, rest, _ := strings.Cut(prose, "<")
		plain.WriteString(before)
		tag, after, _ := strings.Cut(rest, ">")
		if breaksWords(tag) {
			plain.WriteByte(' ')
		}
		prose = after
	}
	words := strings.Join(strings.Fields(html.UnescapeString(plain.String())), " ")
	if utf8.RuneCountInString(words) <= n {
		return words
	}
	return strings.TrimSpace(string([]rune(words)[:n-1])) + "…"
}

// breaksWords reports whether what stands on either side of a tag are two words.
func breaksWords(tag string) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(tag, "/"), " ")
	switch name {
	case "a", "b", "i", "em", "strong", "code", "span", "sub", "sup", "del", "ins", "mark", "kbd", "wbr":
		return false
	}
	return true
}

// The part of schema.org that search engines read on a page of a forum.
type (
	ldPage struct {
		Context string `json:"@context"`
		Type    string `json:"@type"`
		ldWork
		License string `json:"license,omitempty"`
		Main    any    `json:"mainEntity,omitempty"`
	}
	ldWork struct {
		ID       string     `json:"@id,omitempty"`
		URL      string     `json:"url,omitempty"`
		Headline string     `json:"headline,omitempty"`
		Name     string     `json:"name,omitempty"`
		Text     string     `json:"text,omitempty"`
		Lang     string     `json:"inLanguage,omitempty"`
		Keywords string     `json:"keywords,omitempty"`
		Created  string     `json:"datePublished,omitempty"`
		Modified string     `json:"dateModified,omitempty"`
		Author   *ldPerson  `json:"author,omitempty"`
		Comments []ldThing  `json:"comment,omitempty"`
		Stats    *ldCounter `json:"interactionStatistic,omitempty"`
	}
	ldThing struct {
		Type string `json:"@type"`
		ldWork
		Votes     *int      `json:"upvoteCount,omitempty"`
		Answers   *int      `json:"answerCount,omitempty"`
		Accepted  *ldThing  `json:"acceptedAnswer,omitempty"`
		Suggested []ldThing `json:"suggestedAnswer,omitempty"`
	}
	ldPerson struct {
		Type string `json:"@type"`
		Name string `json:"name"`
		URL  string `json:"url,omitempty"`
	}
	ldCounter struct {
		Type  string `json:"@type"`
		Kind  string `json:"interactionType"`
		Count int    `json:"userInteractionCount"`
	}
)

// ldText is how much of a post stands in the data, in characters: the page has the rest.
const ldText = 500

// ThreadData is a page of a thread as schema.org has it: QAPage for a question,
// DiscussionForumPosting for anything else. The licence is that of everything on it.
func ThreadData(base string, licence Licence, t *forum.Thread) any {
	d := threadData{base, t}
	if t.Kind == forum.Question {
		return ldPage{Context: "https://schema.org", Type: "QAPage", License: licence.URL, Main: d.question()}
	}
	first := d.work(&t.First)
	first.Headline, first.Keywords, first.Lang = t.Title, strings.Join(t.Tags, ", "), t.Lang
	first.Stats = &ldCounter{"InteractionCounter", "https://schema.org/CommentAction", max(0, t.Posts-1)}
	for _, p := range t.Page {
		if !p.Gone() {
			first.Comments = append(first.Comments, ldThing{Type: "Comment", ldWork: d.work(p)})
		}
	}
	return ldPage{Context: "https://schema.org", Type: "DiscussionForumPosting", License: licence.URL, ldWork: first}
}

type threadData struct {
	base string
	*forum.Thread
}

func (d threadData) question() ldThing {
	q := ldThing{Type: "Question", ldWork: d.work(&d.First), Votes: &d.First.Score, Answers: &d.Answers}
	q.Name, q.Keywords, q.Lang = d.Title, strings.Join(d.Tags, ", "), d.Lang
	if d.Best != nil {
		best := d.answer(d.Best)
		q.Accepted = &best
	}
	for _, p := range d.Page {
		if !p.Gone() {
			q.Suggested = append(q.Suggested, d.answer(p))
		}
	}
	return q
}

func (d threadData) answer(p *forum.Post) ldThing {
	return ldThing{Type: "Answer", ldWork: d.work(p), Votes: &p.Score}
}

func (d threadData) work(p *forum.Post) ldWork {
	w := ldWork{URL: d.base + PostPath(p.ID), Text: Excerpt(p.HTML, ldText), Created: p.Created.Format(time.RFC3339)}
	if p.First() {
		w.URL = d.base + ThreadPath(d.ID, d.Slug)
	}
	if !p.Edited.IsZero() {
		w.Modified = p.Edited.Format(time.RFC3339)
	}
	w.Author = &ldPerson{Type: "Person", Name: p.Author.Display}
	if p.Author.Name != "" {
		w.Author.URL = d.base + "/u/" + p.Author.Name
	}
	return w
}
