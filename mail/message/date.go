package message

import (
	"strconv"
	"strings"
	"time"
)

// earliest is the year before which a date is a clock that was never set.
const earliest = 1980

// date returns when the message was written. The Date header counts unless it is
// missing or impossible; then the newest Received header does, which the nearest
// server wrote. Without either the time is zero.
func (m *Message) date() time.Time {
	newest, oldest := m.received()
	raw := m.header.get("Date")
	t, ok := ParseDate(raw)
	reason := ""
	switch {
	case raw == "":
		reason = "The message has no date"
	case !ok:
		reason = "The date cannot be read"
	case t.Year() < earliest:
		reason = "The date is before 1980"
	case m.inFuture(t, newest):
		reason = "The date lies in the future"
	case !oldest.IsZero() && t.Before(oldest.AddDate(-1, 0, 0)):
		// The first server on the way stamps a mail within days, so that a year
		// means that the sender's clock stood still.
		reason = "The date is more than a year before the message was sent"
		newest = oldest
	default:
		return t
	}
	if newest.IsZero() {
		m.warn("%s, and no server noted another.", reason)
		return time.Time{}
	}
	m.warn("%s; the time a server received it was taken.", reason)
	return newest
}

// inFuture reports whether t is later than the message was received, with two days
// of grace for wrong zones. Without a Received header the clock on the wall decides.
func (m *Message) inFuture(t, newest time.Time) bool {
	if newest.IsZero() {
		newest = time.Now()
	}
	return t.After(newest.Add(48 * time.Hour))
}

// received returns the times of the newest and the oldest readable Received header.
func (m *Message) received() (newest, oldest time.Time) {
	for i := range m.header {
		if !strings.EqualFold(m.header[i].name, "Received") {
			continue
		}
		value := m.header[i].value
		semicolon := strings.LastIndexByte(value, ';')
		if semicolon < 0 {
			continue
		}
		t, ok := ParseDate(value[semicolon+1:])
		if !ok || t.Year() < earliest {
			continue
		}
		if newest.IsZero() {
			newest = t
		}
		oldest = t
	}
	return newest, oldest
}

// ParseDate reads a date as mail holds it (RFC 5322, section 3.3) and as broken
// clients write it: without a weekday, seconds or zone, with a year of two digits,
// with the parts in the order of C or ISO 8601. It reports whether it could.
func ParseDate(s string) (time.Time, bool) {
	var d dateParts
	for word := range strings.FieldsFuncSeq(dropComment(s), dateSpace) {
		d.take(word)
	}
	return d.time()
}

func dateSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' || r == ',' }

// dropComment cuts a date at its comment, which repeats the zone in words.
func dropComment(s string) string {
	before, _, _ := strings.Cut(s, "(")
	return before
}

type dateParts struct {
	year, day        int
	month            time.Month
	hour, min, sec   int
	offset           int
	hasTime, hasZone bool
	bad              bool
}

// take reads one word of a date.
func (d *dateParts) take(word string) {
	c := word[0]
	switch {
	case c >= '0' && c <= '9':
		d.takeNumber(word)
	case c == '+' || c == '-':
		d.takeZone(word)
	case d.month == 0 && monthOf(word) > 0:
		d.month = monthOf(word)
	case d.hasTime && !d.hasZone:
		d.offset, d.hasZone = zones[strings.ToUpper(word)], true
	}
}

func (d *dateParts) takeNumber(word string) {
	if strings.ContainsAny(word, "-/") && !strings.Contains(word[:min(3, len(word))], ":") {
		d.takeJoined(word)
		return
	}
	if strings.Count(word, ":") > 0 || (!d.hasTime && strings.Count(word, ".") == 2) {
		d.takeTime(word)
		return
	}
	n, err := strconv.Atoi(strings.TrimRight(word, "."))
	switch {
	case err != nil:
		d.bad = true
	case d.day == 0 && n <= 31 && n > 0:
		d.day = n
	case d.year == 0:
		d.year = fullYear(n, len(word))
	}
}

// takeJoined reads 2019-08-04, 4-Aug-2019 and 2019-08-04T19:39:00+08:00.
func (d *dateParts) takeJoined(word string) {
	word, clock, _ := strings.Cut(word, "T")
	parts := strings.FieldsFunc(word, func(r rune) bool { return r == '-' || r == '/' })
	if len(parts) != 3 {
		d.bad = true
		return
	}
	if len(parts[0]) < 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	year, err := strconv.Atoi(parts[0])
	day, err2 := strconv.Atoi(parts[2])
	d.year, d.day, d.month = fullYear(year, len(parts[0])), day, monthOf(parts[1])
	if n, err := strconv.Atoi(parts[1]); err == nil {
		d.month = time.Month(n)
	}
	d.bad = d.bad || err != nil || err2 != nil
	if clock == "" {
		return
	}
	if zone := strings.IndexAny(clock, "+-Z"); zone > 0 {
		d.takeZone(clock[zone:])
		clock = clock[:zone]
	}
	d.takeTime(clock)
}

func (d *dateParts) takeTime(word string) {
	if at := strings.IndexAny(word, "+-"); at > 0 {
		d.takeZone(word[at:])
		word = word[:at]
	}
	parts := strings.FieldsFunc(word, func(r rune) bool { return r == ':' || r == '.' })
	if len(parts) < 2 {
		d.bad = true
		return
	}
	var errs [3]error
	d.hour, errs[0] = strconv.Atoi(parts[0])
	d.min, errs[1] = strconv.Atoi(parts[1])
	if len(parts) > 2 {
		d.sec, errs[2] = strconv.Atoi(parts[2])
	}
	d.bad = d.bad || errs[0] != nil || errs[1] != nil || errs[2] != nil
	d.hasTime = true
}

// takeZone reads +0800, +08:00 and Z.
func (d *dateParts) takeZone(word string) {
	d.hasZone = true
	digits := strings.ReplaceAll(strings.TrimLeft(word, "+-"), ":", "")
	n, err := strconv.Atoi(digits)
	if err != nil || n > 1800 {
		return
	}
	if len(digits) <= 2 {
		n *= 100
	}
	d.offset = (n/100*60 + n%100) * 60
	if word[0] == '-' {
		d.offset = -d.offset
	}
}

func (d *dateParts) time() (time.Time, bool) {
	switch {
	case d.bad, d.day < 1, d.day > 31, d.month < 1, d.month > 12, d.year == 0:
		return time.Time{}, false
	case d.hour > 24, d.min > 59, d.sec > 60, d.hour < 0, d.min < 0, d.sec < 0, d.year > 9999:
		return time.Time{}, false
	}
	zone := time.UTC
	if d.offset != 0 {
		zone = time.FixedZone("", d.offset)
	}
	return time.Date(d.year, d.month, d.day, d.hour, d.min, d.sec, 0, zone), true
}

// fullYear reads a year of two or three digits as RFC 5322, section 4.3, says.
func fullYear(n, digits int) int {
	switch {
	case digits == 2 && n < 50:
		return 2000 + n
	case digits == 2 || digits == 3:
		return 1900 + n
	}
	return n
}

func monthOf(word string) time.Month {
	if len(word) < 3 {
		return 0
	}
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	if at := strings.Index(names, strings.ToLower(word[:3])); at >= 0 && at%3 == 0 {
		return time.Month(at/3 + 1)
	}
	return 0
}

// zones are the obsolete names of RFC 5322, section 4.3; any other is taken as UTC.
var zones = map[string]int{
	"EDT": -4 * 3600, "EST": -5 * 3600, "CDT": -5 * 3600, "CST": -6 * 3600,
	"MDT": -6 * 3600, "MST": -7 * 3600, "PDT": -7 * 3600, "PST": -8 * 3600,
	"CET": 3600, "CEST": 7200, "MET": 3600, "MEST": 7200, "BST": 3600, "JST": 9 * 3600, "KST": 9 * 3600, "HKT": 8 * 3600,
}
