package mbox_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"picus/internal/realdata"
	"picus/mail/mbox"
)

// readAll returns every message of a mailbox.
func readAll(t *testing.T, r io.Reader) []string {
	t.Helper()
	var all []string
	reader := mbox.NewReader(r)
	for {
		raw, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(raw))
	}
}

const from = "From ann@example.org Mon May  6 19:01:02 2019\n"

func TestReader(t *testing.T) {
	for _, c := range []struct {
		name, box string
		want      []string
	}{
		{"two messages", from + "A: b\n\none\n\n" + from + "A: c\n\ntwo\n\n", []string{"A: b\n\none\n", "A: c\n\ntwo\n"}},
		{"without the last empty line", from + "A: b\n\none\n\n" + from + "A: c\n\ntwo", []string{"A: b\n\none\n", "A: c\n\ntwo"}},
		{"with CRLF", strings.ReplaceAll(from+"A: b\n\none\n\n"+from+"A: c\n\ntwo\n", "\n", "\r\n"), []string{"A: b\r\n\r\none\r\n", "A: c\r\n\r\ntwo\r\n"}},
		{"quoted From lines lose one mark", from + "A: b\n\n>From here\n>>From there\n> From no\n", []string{"A: b\n\nFrom here\n>From there\n> From no\n"}},
		{"From inside a paragraph is text", from + "A: b\n\none\nFrom here it is 10:30 away\n", []string{"A: b\n\none\nFrom here it is 10:30 away\n"}},
		{"a From line without a time is text", from + "A: b\n\none\n\nFrom here on all is well\n", []string{"A: b\n\none\n\nFrom here on all is well\n"}},
		{"a From line of an address alone", "From mboxrd@z\nA: b\n\none\n\nFrom mboxrd@z\nA: c\n\ntwo\n", []string{"A: b\n\none\n", "A: c\n\ntwo\n"}},
		{"Netscape's From line", "From - \nA: b\n\none\n\nFrom - \nA: c\n\ntwo\n", []string{"A: b\n\none\n", "A: c\n\ntwo\n"}},
		{"no From line at all", "A: b\n\none\n", []string{"A: b\n\none\n"}},
		{"empty lines and a byte order mark first", "\xef\xbb\xbf\n\n" + from + "A: b\n\none\n", []string{"A: b\n\none\n"}},
		{"a length that holds", from + "A: b\nContent-Length: 26\n\none\n\nFrom x at 10:30 it y\n\n" + from + "A: c\n\ntwo\n",
			[]string{"A: b\nContent-Length: 26\n\none\n\nFrom x at 10:30 it y\n", "A: c\n\ntwo\n"}},
		{"a length that lies", from + "A: b\nContent-Length: 4000\n\none\n\n" + from + "A: c\n\ntwo\n", []string{"A: b\nContent-Length: 4000\n\none\n", "A: c\n\ntwo\n"}},
		{"nothing", "", nil},
		{"empty lines alone", "\n\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := readAll(t, strings.NewReader(c.box)); !reflect.DeepEqual(got, c.want) {
				t.Errorf("read %q; want %q", got, c.want)
			}
		})
	}
}

func TestReaderUnpacksGzip(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, from+"A: b\n\none\n")
	z.Close()
	if got := readAll(t, bytes.NewReader(packed.Bytes())); len(got) != 1 || got[0] != "A: b\n\none\n" {
		t.Errorf("read %q; want the one message", got)
	}
	cut := mbox.NewReader(bytes.NewReader(packed.Bytes()[:packed.Len()-12]))
	var err error
	for err == nil {
		_, err = cut.Next()
	}
	if errors.Is(err, io.EOF) {
		t.Errorf("Next() of a file cut off = %v; want an error that says so", err)
	}
}

func TestReaderLeavesOutWhatIsTooLong(t *testing.T) {
	long := "A: b\n\n" + strings.Repeat(strings.Repeat("x", 99)+"\n", (mbox.MaxMessage/100)+2) + "\n"
	r := mbox.NewReader(io.MultiReader(strings.NewReader(from+"A: a\n\none\n\n"+from), strings.NewReader(long), strings.NewReader(from+"A: c\n\ntwo\n")))
	if raw, err := r.Next(); err != nil || string(raw) != "A: a\n\none\n" {
		t.Fatalf("Next() = %.40q, %v; want the first message", raw, err)
	}
	at := r.Offset()
	_, err := r.Next()
	if tooLong, ok := errors.AsType[*mbox.TooLong](err); !ok || tooLong.Offset != at || tooLong.Size < mbox.MaxMessage {
		t.Fatalf("Next() = %v; want *TooLong at %d", err, at)
	}
	if raw, err := r.Next(); err != nil || string(raw) != "A: c\n\ntwo\n" {
		t.Errorf("Next() = %.40q, %v; want the message behind", raw, err)
	}
}

func TestOffsetIsWhereTheNextMessageBegins(t *testing.T) {
	box := from + "A: b\n\none\n\n" + from + "A: c\n\ntwo\n\n" + from + "A: d\n\nthree\n"
	r := mbox.NewReader(strings.NewReader(box))
	for range 2 {
		if _, err := r.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if got := readAll(t, strings.NewReader(box[r.Offset():])); len(got) != 1 || got[0] != "A: d\n\nthree\n" {
		t.Errorf("from Offset() = %d on there is %q; want the third message", r.Offset(), got)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	at := time.Date(2019, 5, 6, 19, 1, 2, 0, time.FixedZone("", 8*3600))
	mails := []string{
		"A: b\n\none\n", "A: b\n\nFrom here\n>From there\n\nFrom a@b Mon May  6 19:01:02 2019\n",
		"A: b\n\n\n\n", "A: b\n\nno end of line", "no header\n",
	}
	var box bytes.Buffer
	w := mbox.NewWriter(&box)
	for _, m := range mails {
		if err := w.Write("ann @example.org\n", at, []byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	if first, _, _ := strings.Cut(box.String(), "\n"); first != "From ann@example.org Mon May  6 11:01:02 2019" {
		t.Errorf("the first line is %q; want the sender as one word and the time in UTC", first)
	}
	mails[3] += "\n"
	if got := readAll(t, &box); !reflect.DeepEqual(got, mails) {
		t.Errorf("read %q; want %q", got, mails)
	}
}

func TestRealArchiveGoesRound(t *testing.T) {
	file, err := os.Open(realdata.Open(t, "linux-erofs-3500.mbox.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	mails := readAll(t, file)
	if len(mails) != 3500 {
		t.Fatalf("read %d messages; want 3500", len(mails))
	}
	var box bytes.Buffer
	w := mbox.NewWriter(&box)
	for _, m := range mails {
		if err := w.Write("", time.Unix(0, 0), []byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	for i, m := range readAll(t, &box) {
		if m != mails[i] {
			t.Fatalf("message %d changed on its way", i)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte(from + "A: b\n\none\n\n" + from + "\n\n"))
	f.Add([]byte(from + "Content-Length: 3\n\n\nFrom x\n"))
	f.Fuzz(func(t *testing.T, box []byte) {
		r := mbox.NewReader(bytes.NewReader(box))
		for last := int64(-1); ; {
			if _, err := r.Next(); err != nil {
				return
			}
			if r.Offset() <= last {
				t.Fatalf("Offset() stays at %d", last)
			}
			last = r.Offset()
		}
	})
}
