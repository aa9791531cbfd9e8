package media

import (
	"bytes"
	"golang.org/x/image/webp"
	stdimage "image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime/debug"
)

const (
	maxPixels   = 50_000_000
	maxMemory   = 4 * maxPixels // bytes of one decoded image
	largePixels = 4_000_000     // from here on images are decoded one at a time
	hugePixels  = 12_000_000    // from here on their memory is given back at once, and PNG is packed quickly
	maxScans    = 100           // of a JPEG: each costs a walk over all pixels, however short it is
	shown       = 1280          // pixels of a side, as pages show it
	quality     = 88            // of a JPEG
)

// format is a way to write an image that we read. Nothing of the file that was sent is
// kept but the colours of its pixels.
type format struct {
	start  string
	config func(data []byte) (stdimage.Config, error)
	redraw func(data []byte) (drawn, error)
}

// drawn is an image that was drawn anew.
type drawn struct {
	end, kind     string
	data, small   []byte
	width, height int
}

var formats = []*format{
	{"\x89PNG\r\n\x1a\n", reading(png.DecodeConfig), redrawPNG},
	{"\xff\xd8\xff", reading(jpeg.DecodeConfig), redrawJPEG},
	{"GIF87a", reading(gif.DecodeConfig), redrawGIF},
	{"GIF89a", reading(gif.DecodeConfig), redrawGIF},
	{"RIFF", reading(webp.DecodeConfig), redrawWebP},
}

func formatOf(data []byte) *format {
	for _, f := range formats {
		if bytes.HasPrefix(data, []byte(f.start)) && (f.start != "RIFF" || len(data) > 12 && string(data[8:12]) == "WEBP") {
			return f
		}
	}
	return nil
}

// slot keeps two large images from being in memory at once.
var slot = make(chan struct{}, 1)

// read draws an image anew. How large it is, is asked before anything is decoded: a
// kilobyte of PNG can be a gigabyte of pixels.
func (f *format) read(stem string, data []byte) (File, error) {
	conf, err := f.config(data)
	if err != nil || conf.Width <= 0 || conf.Height <= 0 {
		return File{}, errBroken
	}
	pixels := conf.Width * conf.Height
	if conf.Width > maxPixels || conf.Height > maxPixels || pixels > maxPixels || pixels*depth(conf.ColorModel) > maxMemory {
		return File{}, errPixels
	}
	if pixels > largePixels || f.start[0] == 'G' {
		slot <- struct{}{}
		defer func() { <-slot }()
	}
	if pixels > hugePixels {
		defer debug.FreeOSMemory()
	}
	d, err := f.redraw(data)
	if err != nil {
		return File{}, err
	}
	if len(d.data) > 2*MaxSize {
		return File{}, errLarge
	}
	if len(d.small) >= len(d.data) {
		d.small = nil
	}
	return File{Name: stem + "." + d.end, Type: d.kind, Data: d.data, Small: d.small, Width: d.width, Height: d.height}, nil
}

// depth is how many bytes a pixel takes.
func depth(m color.Model) int {
	switch m {
	case color.NRGBA64Model, color.RGBA64Model:
		return 8
	}
	return 4
}

func redrawPNG(data []byte) (drawn, error) {
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return drawn{}, errBroken
	}
	return asPNG(picture)
}

func redrawJPEG(data []byte) (drawn, error) {
	if bytes.Count(data, []byte{0xff, 0xda}) > maxScans {
		return drawn{}, errBroken
	}
	picture, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return drawn{}, errBroken
	}
	return asJPEG(upright(picture, orientation(data)))
}

func redrawWebP(data []byte) (drawn, error) {
	picture, err := webp.Decode(bytes.NewReader(data))
	if err != nil {
		return drawn{}, errBroken
	}
	if o, ok := picture.(interface{ Opaque() bool }); ok && o.Opaque() {
		return asJPEG(picture)
	}
	return asPNG(picture)
}

func asPNG(picture stdimage.Image) (drawn, error) {
	var encoder png.Encoder
	if size := picture.Bounds().Size(); size.X*size.Y > hugePixels {
		encoder.CompressionLevel = png.BestSpeed
	}
	return write("png", "image/png", picture, func(b *bytes.Buffer, m stdimage.Image) error { return encoder.Encode(b, m) })
}

func asJPEG(picture stdimage.Image) (drawn, error) {
	return write("jpg", "image/jpeg", picture, func(b *bytes.Buffer, m stdimage.Image) error {
		return jpeg.Encode(b, m, &jpeg.Options{Quality: quality})
	})
}

// write encodes an image, and a small one of it where it is large.
func write(end, kind string, picture stdimage.Image, encode func(*bytes.Buffer, stdimage.Image) error) (drawn, error) {
	size := picture.Bounds().Size()
	d := drawn{end: end, kind: kind, width: size.X, height: size.Y}
	var large, small bytes.Buffer
	if err := encode(&large, picture); err != nil {
		return d, err
	}
	d.data = large.Bytes()
	if w, h := Fit(size.X, size.Y); w != size.X || h != size.Y {
		if err := encode(&small, scaled(picture, w, h)); err != nil {
			return d, err
		}
		d.small = small.Bytes()
	}
	return d, nil
}

// Fit is the size in which a page shows an image.
func Fit(width, height int) (int, int) {
	longest := max(width, height)
	if longest <= shown {
		return width, height
	}
	return max(1, width*shown/longest), max(1, height*shown/longest)
}

// reading lets a decoder of streams read bytes.
func reading(decode func(io.Reader) (stdimage.Config, error)) func([]byte) (stdimage.Config, error) {
	return func(data []byte) (stdimage.Config, error) { return decode(bytes.NewReader(data)) }
}
