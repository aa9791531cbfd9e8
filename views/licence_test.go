package views

import "testing"

func TestLicenceIsReadFromASetting(t *testing.T) {
	for setting, want := range map[string]Licence{
		"":                                 {},
		"CC BY 4.0":                        {Name: "CC BY 4.0", URL: "https://creativecommons.org/licenses/by/4.0/"},
		"CC-BY-NC-ND-3.0":                  {Name: "CC BY-NC-ND 3.0", URL: "https://creativecommons.org/licenses/by-nc-nd/3.0/"},
		"CC0 1.0":                          {Name: "CC0 1.0", URL: "https://creativecommons.org/publicdomain/zero/1.0/"},
		"GNU FDL https://gnu.org/fdl":      {Name: "GNU FDL", URL: "https://gnu.org/fdl"},
		"All mine javascript:alert(1)":     {},
		"https://example.org/without-name": {},
	} {
		got, err := ReadLicence(setting)
		if got != want || (err != nil) != (want == Licence{} && setting != "") {
			t.Errorf("ReadLicence(%q) = %v, %v; want %v", setting, got, err, want)
		}
	}
}
