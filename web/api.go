package web

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/internal/fault"
)

const apiRoot = "/api/v1"

// api is an address of the API. Who asks is told by a token alone: a browser adds
// cookies to what another site makes it send, but never a token, so nothing here
// has to be proved to come from a page of ours (SECURITY.md, H-15).
func (a *App) api(method, path string, answer handler) {
	handle := func(c *fiber.Ctx) error {
		ctx, done := deadline(c)
		defer done()
		c.SetUserContext(ctx)
		v := &visit{Ctx: c, app: a, lang: languageOf(c, ""), now: a.now().UTC()}
		c.Locals(visitKey, v)
		if err := v.bear(); err != nil {
			return err
		}
		defer v.tellAllowance()
		return answer(v)
	}
	if method == fiber.MethodGet {
		a.fiber.Get(apiRoot+path, handle) // and HEAD
		return
	}
	a.fiber.Add(method, apiRoot+path, handle)
}

// own answers only who has signed in.
func own(answer handler) handler {
	return func(v *visit) error {
		if !v.by.Signed() {
			return v.wantsToken("", fault.SignIn("Send an API token with this request: Authorization: Bearer TOKEN."))
		}
		return answer(v)
	}
}

const scopesKey = "scopes"

// bear finds out by the token who asks. Without one the asker is a visitor, who reads.
func (v *visit) bear() error {
	header := v.Get(fiber.HeaderAuthorization)
	if header == "" {
		if changes(v.Ctx) {
			return v.wantsToken("", fault.SignIn("Send an API token with this request: Authorization: Bearer TOKEN."))
		}
		return nil
	}
	_, token, _ := strings.Cut(header, " ")
	u, scopes, err := v.app.Accounts.Token(v.ctx(), strings.TrimSpace(token))
	if fault.Is(err, fault.Unknown) {
		return v.wantsToken(`error="invalid_token"`, err)
	}
	if err != nil {
		return err
	}
	scope := "read"
	if changes(v.Ctx) {
		scope = "write"
	}
	if !slices.Contains(scopes, scope) {
		return v.wantsToken(`error="insufficient_scope", scope="`+scope+`"`, lacksScope(scope))
	}
	v.by, v.lang = inHand(u, scopes), languageOf(v.Ctx, u.Lang)
	v.Locals(scopesKey, scopes)
	return nil
}

// wantsToken adds to a refusal what would help (RFC 6750, section 3).
func (v *visit) wantsToken(why string, refused error) error {
	v.Set(fiber.HeaderWWWAuthenticate, strings.TrimSpace("Bearer "+why))
	return refused
}

// inHand is the person that a token makes of its owner: who moderates does so with a
// token for it only, and is a member with any other, in what they see as well.
func inHand(u account.User, scopes []string) account.User {
	switch {
	case slices.Contains(scopes, "admin"):
	case slices.Contains(scopes, "moderate"):
		if u.Staff() {
			u.Role = account.Moderator
		}
	default:
		u.Role, u.Plain = account.Member, true
	}
	return u
}

// tellAllowance says how much more the asker may write before they are too quick.
func (v *visit) tellAllowance() {
	most, left, full := v.app.Forum.Allowance(v.by)
	if most == 0 {
		return
	}
	v.Set("X-RateLimit-Limit", strconv.Itoa(most))
	v.Set("X-RateLimit-Remaining", strconv.Itoa(left))
	v.Set("X-RateLimit-Reset", strconv.Itoa(int(math.Ceil(full.Seconds()))))
}

// limit is how many things a list shall hold, the usual number where none is asked for.
func (v *visit) limit(usual int) int {
	n := v.QueryInt("limit", usual)
	if n < 1 || n > 100 {
		return usual
	}
	return n
}

// idCursor reads a cursor that is the id of the last thing shown; 0 for the start.
func (v *visit) idCursor() (int64, error) {
	if v.Query("cursor") == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(v.Query("cursor"), 10, 64)
	if err != nil || n <= 0 {
		return 0, fault.Bad("cursor", "This page link is not valid any more. Go back to the first page.")
	}
	return n, nil
}
