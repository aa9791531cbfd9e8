package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// arrow says which rooms one room may import. A room's sub-packages share its row
// unless they have one of their own, and a room may always import those.
type arrow struct {
	from    string
	to      string // the rooms, with spaces between; everything means all that is not for tests
	because string // what the limit is good for
}

// everything stands for all rooms of the product, without those that only tests use.
const everything = "everything"

// arrows is the plan, from the doors down to the floor.
var arrows = []arrow{
	{"cmd", everything,
		"the program puts the rooms together; what only tests use has no place in it"},
	{"web", "views public forum wiki blog account mail internal/item internal/search internal/push internal/websub internal/fault internal/lang",
		"a handler reads the request, calls one method of a feature and draws; it cannot hold SQL (internal/db), and it needs mail for its desk pages only"},
	{"mail/message", "internal/fault",
		"reading a message is tried on hundreds of thousands of mails, without a site around it"},
	{"mail/mbox", "internal/fault",
		"reading a mailbox file knows nothing of the site"},
	{"mail", "forum wiki blog account internal/item internal/db internal/job internal/fault internal/lang",
		"mail is a door to the features, next to the browser's; the features do not know it"},
	{"views", "forum wiki blog account mail internal/item internal/job internal/push internal/search internal/fault internal/lang public",
		"a page draws what it is given, so it needs the features' types and nothing that fetches or decides"},
	{"public", "",
		"assets are files with an address"},
	{"forum", "account internal/item internal/db internal/job internal/search internal/markdown internal/fault",
		"no feature imports another, nor a door: what two need belongs into the spine, internal/item"},
	{"wiki", "account internal/item internal/db internal/job internal/search internal/markdown internal/fault",
		"no feature imports another, nor a door: what two need belongs into the spine, internal/item"},
	{"blog", "account internal/item internal/db internal/job internal/search internal/markdown internal/fetch internal/fault",
		"no feature imports another, nor a door: what two need belongs into the spine, internal/item"},
	{"internal/item", "account internal/db internal/markdown internal/media internal/search internal/job internal/fault",
		"the spine carries the features and knows none of them"},
	{"account", "internal/db internal/job internal/fault internal/lang",
		"people are below everything they write"},
	{"internal/job", "internal/db internal/fault", "the queue knows no job's subject"},
	{"internal/search", "internal/db internal/fault", "the index takes text and gives ids"},
	{"internal/markdown", "internal/media internal/fault", "text in, HTML out, the same wherever it is called from"},
	{"internal/media", "internal/fault", "bytes in, harmless bytes out; it knows nobody who sends them"},
	{"internal/fetch", "internal/fault", "the guarded way out to the network knows no feed"},
	{"internal/push", "account internal/item internal/fetch internal/db internal/job internal/fault",
		"it brings notices to browsers; what one says is drawn above"},
	{"internal/websub", "internal/fetch internal/db internal/job internal/fault",
		"the hub knows feeds by their addresses; what is in one, and for whom, is web's"},
	{"internal/lang", "internal/fault", "a catalog translates sentences, whoever says them"},
	{"internal/db", "internal/fault", "the database holds no subject"},
	{"internal/fault", "", "everybody imports it, so it imports nobody"},

	{"internal/importer", "account forum wiki blog mail internal/item internal/db internal/job internal/search internal/markdown internal/fetch internal/fault internal/lang",
		"an importer writes through the features, as every door does, and draws no page (web, views)"},
	{"internal/exporter", "account forum wiki blog mail internal/item internal/db internal/markdown internal/fault internal/lang",
		"an exporter reads through the features and draws no page (web, views)"},
	{"internal/bench", everything + " internal/dbtest internal/realdata",
		"the benchmark measures the whole house"},
	{"internal/dbtest", "account internal/item internal/job internal/db internal/fault", "a test site is the spine on an empty database"},
	{"internal/realdata", "", "it finds files, and the tests read them"},
	{"internal/plan", "", "it reads the source, so it must not depend on it"},
	{"test", "", "what make test runs must build when the house does not"},
}

// forTests are the rooms that no program holds.
var forTests = []string{"internal/dbtest", "internal/realdata", "internal/plan", "test"}

// testsMay is what a test file may import beyond its room's row: a database with
// people in it, the floor they stand on and mailboxes of real mail, but no other
// feature and no door.
const testsMay = "internal/dbtest internal/realdata internal/db internal/item internal/job internal/search internal/markdown internal/lang internal/fault account mail/mbox"

// checkArrows returns the imports of a file that its room's row does not name.
func checkArrows(f file) []string {
	a, ok := rowOf(f.room)
	if !ok {
		return []string{f.at(f.syntax.Package, f.room+" is not in the plan",
			"a new room needs a row in internal/plan/arrows.go and its reason in docs/architecture.md")}
	}
	imports := f.imports()
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(imports)) {
		target, ours := strings.CutPrefix(name, module+"/")
		if ours && !a.allows(target) && !(f.test && listed(testsMay, target)) {
			wrong = append(wrong, f.at(imports[name], fmt.Sprintf("%s may not import %s", a.from, target), a.because))
		}
	}
	return wrong
}

// rowOf returns the row of a room: its own, or that of the nearest room above it.
func rowOf(room string) (arrow, bool) {
	var best arrow
	for _, a := range arrows {
		if within(room, a.from) && len(a.from) > len(best.from) {
			best = a
		}
	}
	return best, best.from != ""
}

// allows reports whether the row lets a room import the package target.
func (a arrow) allows(target string) bool {
	if within(target, a.from) || listed(a.to, target) {
		return true
	}
	return slices.Contains(strings.Fields(a.to), everything) && !listed(strings.Join(forTests, " "), target)
}

// listed reports whether target is one of the rooms named, or below one.
func listed(rooms, target string) bool {
	return slices.ContainsFunc(strings.Fields(rooms), func(room string) bool { return within(target, room) })
}
