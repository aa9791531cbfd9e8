package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"picus/account"
)

// TestATagWithoutThreadsSaysWhatToDo and the way there takes the tag along.
func TestATagWithoutThreadsSaysWhatToDo(t *testing.T) {
	s := newSite(t)
	s.visitor().get("/tags/nobodys").has(t, http.StatusOK, "No thread has this tag. Look at the tags", `href="/ask?tags=nobodys"`)
}

// TestAMessageIDIsFoundAsItStandsInAMail between its angle brackets.
func TestAMessageIDIsFoundAsItStandsInAMail(t *testing.T) {
	s := newSite(t)
	q := s.ask(s.admin, "python", "How?", "Please.")
	s.visitor().get("/mid/"+url.PathEscape("<"+s.gateway.MessageID(q.Post)+">")).has(t, http.StatusFound)
	s.visitor().get("/mid/"+url.PathEscape("<>")).has(t, http.StatusNotFound)
}

// TestWhatCameTooLateIsShown however short it is: one is asked to look it over.
func TestWhatCameTooLateIsShown(t *testing.T) {
	s := newSite(t)
	q := s.ask(s.admin, "python", "How?", "Please.")
	b := s.member(s.person("ada", account.Member))
	form := url.Values{"csrf": {"from before"}, "body": {"太短。"}}
	b.postRaw(fmt.Sprintf("/p/%d/reply", q.Post), form, nil).has(t, http.StatusForbidden, `<textarea id="again-body" name="body">`, "太短。", "Send it again")
}
