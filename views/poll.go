package views

import "picus/forum"

func pollHeading(p Page, q *forum.Poll) string {
	if q.Closed {
		return p.Lang.T("The poll is closed")
	}
	return p.Lang.T("Poll")
}

func pollLegend(p Page, q *forum.Poll) string {
	if q.Several {
		return p.Lang.T("Choose one or more.")
	}
	return p.Lang.T("Choose one.")
}
