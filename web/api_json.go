package web

import (
	"crypto/sha256"
	_ "embed" // of the API's description
	"encoding/json"
	"errors"
	"mime"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/internal/item"
)

// What a JSON text may hold (SECURITY.md, H-5).
const (
	maxDepth   = 32
	maxMembers = 1000 // of one array or object
	maxKey     = 200  // characters of an Idempotency-Key
)

//go:embed openapi.json
var openAPI []byte

// openAPI sends the description of the API.
func (a *App) openAPI(c *fiber.Ctx) error {
	v := &visit{Ctx: c, app: a}
	return v.sendRaw(fiber.StatusOK, openAPI)
}

// list is a page of a list.
type list[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// listOf draws each thing for a list.
func listOf[F, T any](all []F, next string, draw func(F) T) list[T] {
	l := list[T]{Items: make([]T, 0, len(all)), Next: orNull(next)}
	for _, one := range all {
		l.Items = append(l.Items, draw(one))
	}
	return l
}

// orNull is null for what is not there.
func orNull[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

// moment is a time, or null for never.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// send answers with JSON.
func (v *visit) send(status int, answer any) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return v.sendRaw(status, body)
}

func (v *visit) sendRaw(status int, body []byte) error {
	v.Status(status)
	v.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	v.Response().SetBody(body)
	v.Vary(fiber.HeaderAuthorization)
	switch {
	case status != fiber.StatusOK || changes(v.Ctx):
		v.Set(fiber.HeaderCacheControl, "private, no-store")
		return nil
	case v.by.Signed():
		v.Set(fiber.HeaderCacheControl, "private, no-cache")
	default:
		v.Set(fiber.HeaderCacheControl, "no-cache")
	}
	v.tag()
	return nil
}

// created answers with what a request has made and where it stands.
func (v *visit) created(path string, answer any) error {
	v.Set(fiber.HeaderLocation, v.app.BaseURL+apiRoot+path)
	return v.send(fiber.StatusCreated, answer)
}

// clashed refuses a text that is based on an old one, with both.
func (v *visit) clashed(refused error, yours string, theirs any) error {
	return v.problemWith(statusFor(refused), refused, map[string]any{"yours": yours, "theirs": theirs})
}

// read reads the JSON object that was sent. What it holds beyond the members of into
// is not looked at.
func (v *visit) read(into any) error {
	kind, _, err := mime.ParseMediaType(v.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationJSON {
		return fiber.ErrUnsupportedMediaType
	}
	body := v.Request().Body()
	if err := bounded(body); err != nil {
		return err
	}
	err = json.Unmarshal(body, into)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fault.Bad(strings.ToLower(wrong.Field), "This is not the kind of value that stands here.")
	}
	if err != nil {
		return fiber.ErrBadRequest
	}
	return nil
}

// bounded refuses JSON that is deep, or long in one place, before anything is made
// of it, and the character U+0000, which no text of ours can hold.
func bounded(body []byte) error {
	var members [maxDepth + 1]int
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			if string(body[i+1:min(i+6, len(body))]) == "u0000" {
				return fiber.ErrBadRequest
			}
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{', c == '[':
			if depth++; depth > maxDepth {
				return fault.Bad("", "This JSON is nested too deeply: %d levels at most.", maxDepth)
			}
			members[depth] = 1
		case c == '}', c == ']':
			depth = max(depth-1, 0)
		case c == ',':
			if members[depth]++; members[depth] > maxMembers {
				return fault.Bad("", "This JSON holds too much in one place: %d members at most.", maxMembers)
			}
		}
	}
	return nil
}

// once is the program's own name for the request, bound to all that it says.
func (v *visit) once() (item.Once, error) {
	o := item.Once{Key: v.Get("Idempotency-Key")}
	if len(o.Key) > maxKey {
		return o, fault.Bad("Idempotency-Key", "This key is too long: %d characters at most.", maxKey)
	}
	o.Digest = sha256.Sum256([]byte(v.Method() + " " + v.Path() + "\n" + string(v.Request().Body())))
	return o, nil
}

// makeOnce makes an item and returns its id, or the id of the one that the same
// request has made before.
func (v *visit) makeOnce(write func(item.Once) (int64, error)) (int64, error) {
	once, err := v.once()
	if err != nil {
		return 0, err
	}
	if id, err := v.repeated(once); id != 0 || err != nil {
		return id, err
	}
	id, err := write(once)
	if !fault.Is(err, fault.Conflict) {
		return id, err
	}
	if id, repeatErr := v.repeated(once); id != 0 || repeatErr != nil { // the other one was quicker
		return id, repeatErr
	}
	return 0, err
}

func (v *visit) repeated(o item.Once) (int64, error) {
	id, err := v.app.Items.Repeated(v.ctx(), v.by, o)
	if id != 0 {
		v.Set("Idempotency-Replayed", "true")
	}
	return id, err
}
