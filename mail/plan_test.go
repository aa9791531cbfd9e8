package mail_test

// lookedThrough is what a statement of the house may look through. Every test of the
// gateway says so of every statement that it causes: see dbtest.Searched.
var lookedThrough = []string{
	"site", "mail_selftest", // one row
	"space", "mail_mirror", // a row for each board at most
	"mail_day", // a row for each day
	"bounce",   // a row for each address that mail came back from
	// What desks show: the newest alone, or what a month holds.
	"SELECT fate FROM message WHERE peer <> 'import' ORDER BY id DESC LIMIT",
	"ORDER BY m.at DESC, m.id DESC LIMIT",
	"WITH much AS",
}
