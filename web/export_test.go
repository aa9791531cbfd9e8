package web

import "strings"

// APIRoutes is every method and path of the API that is answered, as the API's
// description writes them.
func (a *App) APIRoutes() []string {
	var all []string
	for _, r := range a.fiber.GetRoutes(true) {
		path, ours := strings.CutPrefix(r.Path, apiRoot)
		if !ours || r.Method == "HEAD" || path == "/openapi.json" {
			continue
		}
		parts := strings.Split(path, "/")
		for i, part := range parts {
			if name, variable := strings.CutPrefix(part, ":"); variable {
				parts[i] = "{" + name + "}"
			}
		}
		all = append(all, r.Method+" "+strings.Join(parts, "/"))
	}
	return all
}
