package media_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"runtime"
	"strings"
	"testing"

	"picus/internal/media"
)

// picture is red in its upper left corner and blue elsewhere.
func picture(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{B: 255, A: 255})
			if x < w/2 && y < h/2 {
				m.Set(x, y, color.RGBA{R: 255, A: 255})
			}
		}
	}
	return m
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// photo is a JPEG of a camera that was held askew and knew where it was.
func photo(t *testing.T, m image.Image, orientation byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	tiff := "II*\x00\x08\x00\x00\x00" + "\x02\x00" +
		"\x12\x01\x03\x00\x01\x00\x00\x00" + string(orientation) + "\x00\x00\x00" +
		"\x25\x88\x04\x00\x01\x00\x00\x00\x26\x00\x00\x00" + "\x00\x00\x00\x00" + "GPSLatitude 48.8566"
	body := "Exif\x00\x00" + tiff
	var out bytes.Buffer
	out.Write(b.Bytes()[:2])
	for marker, text := range map[byte]string{0xe1: body, 0xe2: "ICC_PROFILE\x00\x01\x01 made by a camera", 0xed: "Photoshop 3.0\x00", 0xfe: "comment: <x:xmpmeta>"} {
		out.Write([]byte{0xff, marker})
		binary.Write(&out, binary.BigEndian, uint16(len(text)+2))
		out.WriteString(text)
	}
	out.Write(b.Bytes()[2:])
	return out.Bytes()
}

// hugePNG says that it has side² pixels, in less than a kilobyte.
func hugePNG(side uint32) []byte {
	var b bytes.Buffer
	b.WriteString("\x89PNG\r\n\x1a\n")
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32([]byte("IHDR"), side), side)
	for _, chunk := range [][]byte{append(head, 8, 2, 0, 0, 0), append([]byte("IDAT"), make([]byte, 900)...), []byte("IEND")} {
		binary.Write(&b, binary.BigEndian, uint32(len(chunk)-4))
		b.Write(chunk)
		binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(chunk))
	}
	return b.Bytes()
}

func TestAPhotoIsTurnedAndForgetsWhereItWasTaken(t *testing.T) {
	for orientation, corner := range map[byte]string{1: "upper left", 2: "upper right", 3: "lower right", 4: "lower left", 5: "upper left", 6: "upper right", 7: "lower right", 8: "lower left"} {
		f, err := media.Read("IMG 0001.JPG", photo(t, picture(64, 32), orientation))
		if err != nil {
			t.Fatalf("orientation %d: %v", orientation, err)
		}
		for _, secret := range []string{"Exif", "GPS", "ICC_PROFILE", "Photoshop", "xmpmeta"} {
			if bytes.Contains(f.Data, []byte(secret)) {
				t.Errorf("orientation %d: the image still holds %q", orientation, secret)
			}
		}
		m, err := jpeg.Decode(bytes.NewReader(f.Data))
		if err != nil {
			t.Fatal(err)
		}
		w, h := m.Bounds().Dx(), m.Bounds().Dy()
		if (orientation >= 5) != (h > w) || w != f.Width || h != f.Height {
			t.Errorf("orientation %d: the image is %d by %d, the file says %d by %d", orientation, w, h, f.Width, f.Height)
		}
		places := map[string]image.Point{"upper left": {2, 2}, "upper right": {w - 3, 2}, "lower left": {2, h - 3}, "lower right": {w - 3, h - 3}}
		for where, p := range places {
			r, _, b, _ := m.At(p.X, p.Y).RGBA()
			if red := r > b; red != (where == corner) {
				t.Errorf("orientation %d: %s is red = %v; want red %s", orientation, where, red, corner)
			}
		}
		if f.Name != "IMG-0001.jpg" || f.Type != "image/jpeg" {
			t.Errorf("Read() = %q, %q; want IMG-0001.jpg, image/jpeg", f.Name, f.Type)
		}
	}
}

func TestOnlyPixelsAreKeptOfAnImage(t *testing.T) {
	var moving bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 8, 8), []color.Color{color.White, color.Black})
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{5, 5}}); err != nil {
		t.Fatal(err)
	}
	const script = "/*<script>alert(1)</script>*/"
	for name, data := range map[string][]byte{
		"a.gif":      append(moving.Bytes(), script...),
		"b.png":      append(asPNG(t, picture(8, 8)), script...),
		"c.jpeg":     append(photo(t, picture(8, 8), 1), script...),
		"really.gif": append(asPNG(t, picture(8, 8)), script...), // an image by another name is an image
	} {
		f, err := media.Read(name, data)
		if err != nil {
			t.Errorf("Read(%s) = %v", name, err)
		}
		if bytes.Contains(f.Data, []byte("script")) || !f.Image() {
			t.Errorf("Read(%s) is an image: %v, and still holds the script: %v", name, f.Image(), bytes.Contains(f.Data, []byte("script")))
		}
	}
	f, err := media.Read("a.gif", moving.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if all, err := gif.DecodeAll(bytes.NewReader(f.Data)); err != nil || len(all.Image) != 2 {
		t.Errorf("the moving image has %d frames, %v; want 2", len(all.Image), err)
	}
}

func TestALargeImageHasASmallOne(t *testing.T) {
	f, err := media.Read("wide.png", asPNG(t, picture(3000, 1000)))
	if err != nil {
		t.Fatal(err)
	}
	small, err := png.DecodeConfig(bytes.NewReader(f.Small))
	if err != nil || small.Width != 1280 || small.Height != 426 || f.Width != 3000 {
		t.Errorf("the small image is %d by %d (%v) of %d; want 1280 by 426 of 3000", small.Width, small.Height, err, f.Width)
	}
}

func TestASmallImageLooksLikeTheLargeOne(t *testing.T) {
	for _, width := range []int{2000, 6000} {
		f, err := media.Read("wide.png", asPNG(t, picture(width, width/2)))
		if err != nil {
			t.Fatal(err)
		}
		m, err := png.Decode(bytes.NewReader(f.Small))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range []image.Point{{10, 10}, {600, 300}, {700, 10}, {10, 400}, {1270, 630}} {
			r, _, b, a := m.At(p.X, p.Y).RGBA()
			if red := r>>8 > 250 && b>>8 < 5; red != (p.X < 640 && p.Y < 320) || a>>8 != 255 {
				t.Errorf("of %d pixels, %v is red %d, blue %d, opaque %d", width, p, r>>8, b>>8, a>>8)
			}
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	manyFrames := []byte("GIF89a\xff\xff\xff\xff\x00\x00\x00")
	for range 2000 {
		manyFrames = append(manyFrames, ",\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x01\x00\x00"...)
	}
	small := []byte("GIF89a\x10\x00\x10\x00\x00\x00\x00")
	for range 200_000 {
		small = append(small, ",\x00\x00\x00\x00\x10\x00\x10\x00\x00\x02\x01\x00\x00"...)
	}
	tests := []struct {
		rule, name string
		data       []byte
		want       string
	}{
		{"nothing", "a.txt", nil, "empty"},
		{"too much", "a.txt", make([]byte, media.MaxSize+1), "too large"},
		{"a kilobyte that is a gigabyte of pixels", "a.png", hugePNG(20_000), "50 million pixels"},
		{"sides whose product overflows", "a.png", hugePNG(1<<31 - 1), "image “a.png”"},
		{"a GIF of a wide screen", "a.gif", manyFrames, "50 million pixels"},
		{"a GIF of many frames", "a.gif", small, "50 million pixels"},
		{"a JPEG of many scans", "a.jpg", append(photo(t, picture(8, 8), 1), bytes.Repeat([]byte{0xff, 0xda}, 200)...), "cannot be read"},
		{"a damaged image", "a.png", asPNG(t, picture(8, 8))[:40], "cannot be read"},
		{"a page that says it is an image", "a.png", []byte("<!DOCTYPE html><script>alert(1)</script>"), "not what its name says"},
		{"an image that says it is a page", "a.html", append(asPNG(t, picture(8, 8)), "<script>alert(1)</script>"...), "not what its name says"},
		{"an archive that says it is a PDF", "a.pdf", []byte("PK\x03\x04%PDF-1.7"), "not what its name says"},
		{"bytes that say they are a text", "a.txt", []byte("MZ\x90\x00\x03\x00"), "not what its name says"},
		{"a program", "setup.exe", []byte("MZ\x90\x00\x03\x00"), "not taken"},
		{"a program that hides its end", "\u202egpj.exe", []byte("MZ\x90\x00"), "not taken"},
		{"an end that hides", "a.pn\u200bg", []byte("x"), "not taken"},
		{"a photo that we cannot clean", "a.heic", []byte("\x00\x00\x00\x18ftypheic"), "not taken"},
		{"no end", "README", []byte("hello"), "not taken"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			f, err := media.Read(tt.name, tt.data)
			if err == nil || !strings.Contains(strings.ToLower(err.Error()), strings.ToLower(tt.want)) {
				t.Errorf("Read(%q) = %q, %v; want a refusal with %q", tt.name, f.Name, err, tt.want)
			}
		})
	}
}

func TestABombIsNotUnpacked(t *testing.T) {
	bomb := hugePNG(20_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := media.Read("a.png", bomb); err == nil {
		t.Error("Read() of 400 million pixels = nil; want a refusal")
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes of PNG took %d bytes of memory; want less than a megabyte", len(bomb), used)
	}
}

func TestNamesAreSafe(t *testing.T) {
	tests := []struct{ name, want, kind string }{
		{"a\"\r\nX:1.html", "a-X-1.html", "application/octet-stream"},
		{"../../etc/passwd.txt", "passwd.txt", "text/plain; charset=utf-8"},
		{`C:\Users\ada\notes.md`, "notes.md", "text/plain; charset=utf-8"},
		{"图片 (1)[2].svg", "图片-1-2.svg", "application/octet-stream"},
		{".txt", "file.txt", "text/plain; charset=utf-8"},
		{"a\u202etxt.js", "atxt.js", "application/octet-stream"},
		{strings.Repeat("长", 300) + ".log", strings.Repeat("长", 60) + ".log", "text/plain; charset=utf-8"},
		{"e\u0301t\u00e9.csv", "été.csv", "text/csv; charset=utf-8"},
	}
	for _, tt := range tests {
		f, err := media.Read(tt.name, []byte("hello"))
		if err != nil || f.Name != tt.want || f.Type != tt.kind {
			t.Errorf("Read(%q) = %q, %q, %v; want %q, %q", tt.name, f.Name, f.Type, err, tt.want, tt.kind)
		}
	}
	if f, err := media.Read("gbk.txt", []byte("\xc4\xe3\xba\xc3")); err != nil || f.Type != "application/octet-stream" {
		t.Errorf("a text in GBK = %q, %v; want bytes without a charset", f.Type, err)
	}
}
