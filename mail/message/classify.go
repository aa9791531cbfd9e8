package message

import (
	"strings"

	"picus/internal/fault"
)

// maxReceived is how many servers a mail may have passed; more means a loop
// (SECURITY.md, M-4; Postfix and others draw the line at 50 too).
const maxReceived = 50

// classify sets Kind and Reason, strongest sign first (MAIL.md 2.3).
func (m *Message) classify() {
	for _, rule := range []func() (Kind, string){
		m.isReport, m.isNullSender, m.isAutoSubmitted, m.isAutoReply, m.isLoop, m.isCommand,
	} {
		if kind, reason := rule(); kind != "" {
			m.Kind, m.Reason = kind, reason
			return
		}
	}
	if reason := m.looksAutomatic(); reason != "" {
		m.Kind, m.Reason, m.Doubtful = AutoReply, reason, true
	}
}

// isReport finds delivery reports, read receipts and complaints.
func (m *Message) isReport() (Kind, string) {
	kind, params := contentType(m.header.get("Content-Type"))
	if kind == "multipart/report" {
		switch t := strings.ToLower(params["report-type"]); t {
		case "disposition-notification":
			return AutoReply, fault.Told("It is a read receipt (multipart/report).")
		case "feedback-report":
			return BounceOf, fault.Told("It is a complaint report (multipart/report; report-type=feedback-report).")
		default:
			return BounceOf, fault.Told("It is a delivery report (multipart/report).")
		}
	}
	if m.Bounce != nil && (m.nullSender() || m.fromMailer() || m.header.has("X-Failed-Recipients")) {
		return BounceOf, fault.Told("It tells that a mail was not delivered.")
	}
	return "", ""
}

// nullSender reports whether the envelope sender is empty, as on every bounce.
func (m *Message) nullSender() bool {
	for _, v := range m.header.all("Return-Path") {
		return strings.Trim(v, " \t<>") == "" && strings.Contains(v, "<")
	}
	return false
}

// isNullSender never lets a mail with an empty envelope sender be a post. One that
// says it is an automatic answer is that (RFC 3834 wants them to look so).
func (m *Message) isNullSender() (Kind, string) {
	if !m.nullSender() {
		return "", ""
	}
	if kind, reason := m.isAutoSubmitted(); kind != "" {
		return kind, reason
	}
	if kind, reason := m.isAutoReply(); kind != "" {
		return kind, reason
	}
	return BounceOf, fault.Told("The envelope sender is empty.")
}

// isAutoSubmitted follows RFC 3834, section 5.
func (m *Message) isAutoSubmitted() (Kind, string) {
	value, _, _ := strings.Cut(strings.ToLower(m.header.get("Auto-Submitted")), ";")
	value, _, _ = strings.Cut(strings.TrimSpace(value), " ")
	if value == "" || value == "no" {
		return "", ""
	}
	return AutoReply, "Auto-Submitted: " + printable(value)
}

// isAutoReply knows the fields that came before RFC 3834. X-Auto-Response-Suppress
// is a wish about answers and says nothing about the mail itself.
func (m *Message) isAutoReply() (Kind, string) {
	for _, name := range []string{"X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply"} {
		if v := strings.ToLower(m.header.get(name)); v != "" && v != "no" {
			return AutoReply, fault.Told("The header field %s is set.", name)
		}
	}
	if strings.EqualFold(m.header.get("Content-Identifier"), "Auto-replied") ||
		strings.HasPrefix(strings.ToLower(m.header.get("X400-Content-Identifier")), "auto reply to") {
		return AutoReply, fault.Told("The content identifier says that it is an automatic reply.")
	}
	if strings.EqualFold(m.header.get("Precedence"), "auto_reply") {
		return AutoReply, "Precedence: auto_reply"
	}
	return "", ""
}

func (m *Message) isLoop() (Kind, string) {
	hops := 0
	for i := range m.header {
		if strings.EqualFold(m.header[i].name, "Received") {
			hops++
		}
	}
	if hops > maxReceived {
		return Loop, fault.Told("It has passed more than 50 servers.")
	}
	return "", ""
}

// Loops reports whether the message has been through a place of ours already: isOurs
// is asked for the list ids and addresses in List-Id, List-Post, X-Loop, X-BeenThere
// and the sender's own address.
func (m *Message) Loops(isOurs func(idOrAddress string) bool) bool {
	ids := []string{m.ListID, m.From.Address, m.Sender.Address}
	for _, name := range []string{"List-Post", "X-Loop", "X-BeenThere"} {
		for _, raw := range m.header.all(name) {
			for _, a := range m.parseAddresses(raw) {
				ids = append(ids, a.Address)
			}
		}
	}
	for _, id := range ids {
		if id != "" && isOurs(id) {
			return true
		}
	}
	return false
}

// commands are the extensions of a list address that ask for something.
var commands = []string{"subscribe", "unsubscribe", "help", "digest", "confirm", "join", "leave"}

// isCommand finds mail to BOARD+subscribe@ and its like.
func (m *Message) isCommand() (Kind, string) {
	for _, r := range append(m.Delivered(), m.Named()...) {
		local, _, _ := strings.Cut(strings.ToLower(r), "@")
		_, extension, ok := strings.Cut(local, "+")
		for _, c := range commands {
			if ok && extension == c {
				return Command, fault.Told("It was sent to an address +%s.", c)
			}
		}
	}
	return "", ""
}

// looksAutomatic is the wide net of weak signs; who is caught is held, not dropped.
func (m *Message) looksAutomatic() string {
	local, _, _ := strings.Cut(strings.ToLower(m.From.Address), "@")
	switch local {
	case "mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply":
		return fault.Told("The sender is %s.", local)
	}
	if start := automaticSubject(m.Subject); start != "" {
		return fault.Told("The subject begins with “%s”.", start)
	}
	for i := range m.header {
		if automaticField(m.header[i]) {
			return fault.Told("The header field %s looks like that of an automatic reply.", printable(m.header[i].name))
		}
	}
	return ""
}

// automaticField reports whether the name of an extension field speaks of automatic
// answers. Values are not read: DKIM lists field names there.
func automaticField(f field) bool {
	if len(f.name) < 6 || (f.name[0]|0x20) != 'x' {
		return false
	}
	name := strings.ToLower(hyphens.Replace(f.name))
	if name == "xautoresponsesuppress" || strings.EqualFold(strings.TrimSpace(f.value), "no") {
		return false
	}
	for _, sign := range []string{"autorespon", "autosubmitted", "autorepl", "autogenerated", "holidayreply", "machinegenerated"} {
		if strings.Contains(name, sign) {
			return true
		}
	}
	return false
}

var hyphens = strings.NewReplacer("-", "", "_", "")
