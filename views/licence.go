package views

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Licence is what everybody may use the members' public texts under. The zero Licence
// is that of a site which says nothing about it.
type Licence struct{ Name, URL string }

// commons are the licences that Creative Commons has texts of in every language.
var commons = regexp.MustCompile(`^CC[ -](BY(?:-NC)?(?:-SA|-ND)?)[ -](\d\.\d)$`)

// ReadLicence reads what the operator says: the name of a Creative Commons licence, such
// as "CC BY-SA 4.0", or any other name with its address behind it.
func ReadLicence(setting string) (Licence, error) {
	setting = strings.Join(strings.Fields(setting), " ")
	if setting == "CC0 1.0" || setting == "CC0-1.0" {
		return Licence{"CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"}, nil
	}
	if cc := commons.FindStringSubmatch(setting); cc != nil {
		return Licence{"CC " + cc[1] + " " + cc[2], "https://creativecommons.org/licenses/" + strings.ToLower(cc[1]) + "/" + cc[2] + "/"}, nil
	}
	at := strings.LastIndexByte(setting, ' ')
	if at < 0 {
		at = len(setting)
	}
	l := Licence{Name: setting[:at], URL: strings.TrimSpace(setting[at:])}
	if setting == "" {
		return l, nil
	}
	if u, err := url.Parse(l.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return Licence{}, fmt.Errorf("the licence %q is neither one of Creative Commons, such as CC BY-SA 4.0, nor a name with its https address behind it", setting)
	}
	return l, nil
}
