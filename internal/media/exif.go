package media

import (
	"bytes"
	"encoding/binary"
	stdimage "image"
	"image/draw"
)

// orientation reads out of a JPEG how the camera was held (Exif 2.3, tag 0x0112): 1 to
// 8, and 1 where nothing says so. It is the only thing in Exif that the image needs.
func orientation(data []byte) int {
	for rest := data[min(len(data), 2):]; len(rest) >= 4 && rest[0] == 0xff; {
		marker, size := rest[1], int(binary.BigEndian.Uint16(rest[2:]))
		if marker == 0xda || size < 2 || len(rest) < 2+size {
			return 1
		}
		if body := rest[4 : 2+size]; marker == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return tiffOrientation(body[6:])
		}
		rest = rest[2+size:]
	}
	return 1
}

// tiffOrientation looks through the first directory of a TIFF.
func tiffOrientation(t []byte) int {
	if len(t) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if t[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int64(order.Uint32(t[4:]))
	if at+2 > int64(len(t)) {
		return 1
	}
	entries := t[at+2:]
	for range order.Uint16(t[at:]) {
		if len(entries) < 12 {
			return 1
		}
		if order.Uint16(entries) == 0x0112 {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
		entries = entries[12:]
	}
	return 1
}

// upright turns an image the way it was meant to be seen. It goes row by row, so that
// no second copy of a large photo is in memory.
func upright(picture stdimage.Image, orientation int) stdimage.Image {
	if orientation == 1 {
		return picture
	}
	b := picture.Bounds()
	size := stdimage.Rect(0, 0, b.Dx(), b.Dy())
	if orientation >= 5 {
		size = stdimage.Rect(0, 0, b.Dy(), b.Dx())
	}
	to, row := stdimage.NewRGBA(size), stdimage.NewRGBA(stdimage.Rect(0, 0, b.Dx(), 1))
	for y := range b.Dy() {
		draw.Draw(row, row.Bounds(), picture, stdimage.Pt(b.Min.X, b.Min.Y+y), draw.Src)
		for x := range b.Dx() {
			tx, ty := turned(orientation, stdimage.Pt(x, y), b.Size())
			copy(to.Pix[to.PixOffset(tx, ty):][:4], row.Pix[4*x:])
		}
	}
	return to
}

// turned says where a pixel of an image that was held askew stands in the upright one.
func turned(orientation int, p, size stdimage.Point) (x, y int) {
	right, below := size.X-1-p.X, size.Y-1-p.Y
	switch orientation {
	case 2:
		return right, p.Y
	case 3:
		return right, below
	case 4:
		return p.X, below
	case 5:
		return p.Y, p.X
	case 6:
		return below, p.X
	case 7:
		return below, right
	}
	return p.Y, right // 8
}
