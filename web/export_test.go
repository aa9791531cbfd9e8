package web

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Cache is the cache of pages, to be tried without a site around it.
type Cache struct{ *cache }

// NewCache returns one that holds so many bytes.
func NewCache(size int) Cache { return Cache{newCache(size)} }

// Put keeps a page of so many bytes.
func (c Cache) Put(key string, version uint64, until time.Time, size int) {
	c.put(key, &kept{version: version, until: until, body: make([]byte, size)})
}

// Has reports whether a page is there and as good as new.
func (c Cache) Has(key string, version uint64, now time.Time) bool {
	return c.get([]byte(key), version, now) != nil
}

// Bytes is what the cache holds.
func (c Cache) Bytes() int {
	n := 0
	for _, part := range []map[string]*kept{c.lately, c.before} {
		for key, k := range part {
			n += len(key) + k.size()
		}
	}
	return n
}

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

// Forms is the method and path of everything that can be sent, as the routes name it.
func (a *App) Forms() []string {
	var all []string
	for _, r := range a.fiber.GetRoutes(true) {
		if form := r.Method + " " + r.Path; r.Method != "GET" && r.Method != "HEAD" && !slices.Contains(all, form) {
			all = append(all, form)
		}
	}
	return all
}

// FollowLive has the open pages told what is new, as happens by itself each second.
func (a *App) FollowLive(ctx context.Context) error { return a.followLive(ctx) }
