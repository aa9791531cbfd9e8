package lang

import "time"

// Date writes the day of t in full: "19 Nov 2024", "2024 年 11 月 19 日".
func (l Lang) Date(t time.Time) string { return t.Format(l.T("2 Jan 2006")) }

// Moment writes t to the minute, with its zone: it is the title of every relative time.
func (l Lang) Moment(t time.Time) string { return t.Format(l.T("2 Jan 2006, 15:04 MST")) }

// Since says how long ago t was, in the zone of now: the nearer, the finer. A time
// in the future, or an unknown now, gets its full date.
func (l Lang) Since(t, now time.Time) string {
	t = t.In(now.Location())
	ago := now.Sub(t)
	switch {
	case ago < -time.Minute:
		return l.Date(t)
	case ago < time.Minute:
		return l.T("just now")
	case ago < time.Hour:
		return l.N(int(ago.Minutes()), "%d minute ago", "%d minutes ago")
	case sameDay(t, now) || ago < 6*time.Hour:
		return l.N(int(ago.Hours()), "%d hour ago", "%d hours ago")
	case sameDay(t, now.AddDate(0, 0, -1)):
		return l.T("yesterday %s", t.Format("15:04"))
	case t.Year() == now.Year():
		return t.Format(l.T("2 Jan"))
	}
	return l.Date(t)
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}
