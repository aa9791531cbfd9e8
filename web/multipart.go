package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/internal/item"
)

// What a form with files may hold, and how it is read (SECURITY.md, H-3 and H-4).
const (
	maxFormFiles = 10
	maxFormBody  = maxFormFiles*item.MaxFile + 2*maxBody
	formsAtOnce  = 4        // held in memory, one file of each
	slowest      = 16 << 10 // bytes a second that a sender has to reach
)

// sending keeps the files of few forms in memory at once; the others wait in the network.
var sending = make(chan struct{}, formsAtOnce)

// fileForm is a form that is being read. Its fields become those of the visit; its
// files are kept as soon as they have arrived.
type fileForm struct {
	*visit
	parts  *multipart.Reader
	check  func() error // refuses who may not send files; called before the first is read
	via    item.Via
	fields int
	kept   []item.Upload
}

// readForm reads a form with files. The fields that check needs have to stand before
// the files, as they do in ours. What was kept before a refusal is in kept as well.
func (v *visit) readForm(via item.Via, check func() error) ([]item.Upload, error) {
	kind, params, err := mime.ParseMediaType(v.Get(fiber.HeaderContentType))
	stream := v.Context().RequestBodyStream()
	if err != nil || kind != fiber.MIMEMultipartForm || stream == nil {
		return nil, errForm
	}
	if v.Request().Header.ContentLength() > maxFormBody {
		return nil, fiber.ErrRequestEntityTooLarge
	}
	select {
	case sending <- struct{}{}:
		defer func() { <-sending }()
	case <-v.ctx().Done():
		return nil, v.ctx().Err()
	}
	conn := v.Context().Conn()
	paced := &pacedReader{from: io.LimitReader(stream, maxFormBody), conn: conn, start: time.Now()}
	f := &fileForm{visit: v, parts: multipart.NewReader(paced, params["boundary"]), check: check, via: via}
	err = f.read()
	if paced.err != nil { // the network's own failure says more than the form's
		err = fiber.NewError(statusOfUnreadable(paced.err))
	}
	return f.kept, err
}

// pacedReader gives a sender time as long as they keep sending.
type pacedReader struct {
	from  io.Reader
	conn  net.Conn
	start time.Time
	n     int64
	err   error
}

func (p *pacedReader) Read(b []byte) (int, error) {
	allowed := min(readTimeout+time.Duration(p.n/slowest)*time.Second, fileTime)
	if err := p.conn.SetReadDeadline(p.start.Add(allowed)); err != nil {
		return 0, err
	}
	n, err := p.from.Read(b)
	p.n += int64(n)
	if err != nil && err != io.EOF {
		p.err = err
	}
	return n, err
}

// read returns the first refusal of a file; what stands behind it is read all the same,
// so that nothing is lost. Everything else that is wrong ends the reading.
func (f *fileForm) read() error {
	var refused error
	for {
		part, err := f.parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return f.end(refused)
		}
		if err != nil {
			return fiber.ErrBadRequest
		}
		if f.fields++; f.fields > maxFields {
			return fault.Bad("", "This form has too many fields.")
		}
		name, file := fileName(part)
		if !file {
			if err := f.field(part); err != nil {
				return err
			}
			continue
		}
		sent, err := f.file(part)
		if err != nil {
			return err
		}
		if len(sent) == 0 && name == "" {
			continue // none was chosen
		}
		if err := f.keep(name, sent); err != nil && fault.KindOf(err) == fault.Internal {
			return err
		} else if refused == nil {
			refused = err
		}
	}
}

// end checks a form that held no file.
func (f *fileForm) end(refused error) error {
	if f.check == nil {
		return refused
	}
	return f.check()
}

// fileName tells a file from a field. A browser sends a field of files that holds none
// as one without a name and a content.
func fileName(part *multipart.Part) (string, bool) {
	_, params, err := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	name, ok := params["filename"]
	return name, err == nil && ok
}

func (f *fileForm) field(part *multipart.Part) error {
	text, err := io.ReadAll(io.LimitReader(part, maxBody+1))
	if err != nil {
		return fiber.ErrBadRequest
	}
	if len(text) > maxBody {
		return fiber.ErrRequestEntityTooLarge
	}
	f.Context().PostArgs().Add(part.FormName(), string(text))
	return nil
}

// file reads a file, once it is clear that its sender may send one.
func (f *fileForm) file(part *multipart.Part) ([]byte, error) {
	if f.check != nil {
		if err := f.check(); err != nil {
			return nil, err
		}
		f.check = nil
	}
	data, err := io.ReadAll(io.LimitReader(part, item.MaxFile+1))
	if err != nil {
		return nil, fiber.ErrBadRequest
	}
	return data, nil
}

func (f *fileForm) keep(name string, data []byte) error {
	if len(f.kept) == maxFormFiles {
		return fault.Bad("file", "Send %d files at once at most.", maxFormFiles)
	}
	u, err := f.app.Items.Keep(f.ctx(), f.by, item.Sent{Name: name, Data: data, Via: f.via})
	if err == nil {
		f.kept = append(f.kept, u)
	}
	return err
}

// deadline gives a request the time that it may take: with files it waits for the network.
func deadline(c *fiber.Ctx) (context.Context, context.CancelFunc) {
	if holdsFiles(&c.Request().Header) {
		return context.WithTimeout(context.Background(), fileTime)
	}
	return context.WithTimeout(context.Background(), requestTime)
}
