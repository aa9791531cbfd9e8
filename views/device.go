package views

import (
	"slices"
	"strings"
)

// browsers and systems are told by what their programs call themselves. One that says it
// is another too stands before that one.
var (
	browsers = [][2]string{{"Firefox/", "Firefox"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"MicroMessenger", "微信"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// device says in a word or two what somebody signed in with. What nobody knows stands as
// it calls itself.
func device(p Page, agent string) string {
	browser, system := knownAs(browsers, agent), knownAs(systems, agent)
	switch {
	case browser == "":
		return agent
	case system == "":
		return browser
	}
	return p.Lang.T("%s on %s", browser, system)
}

func knownAs(names [][2]string, agent string) string {
	i := slices.IndexFunc(names, func(n [2]string) bool { return strings.Contains(agent, n[0]) })
	if i < 0 {
		return ""
	}
	return names[i][1]
}

// scopeWord says what a token may do, after the name that programs know it by.
func scopeWord(p Page, scope string) string {
	switch scope {
	case "read":
		return p.Lang.T("%s: see what you see", scope)
	case "write":
		return p.Lang.T("%s: post, vote and edit as you", scope)
	case "moderate":
		return p.Lang.T("%s: keep order as you", scope)
	case "admin":
		return p.Lang.T("%s: administer as you", scope)
	}
	return scope
}
