package media

import (
	"bytes"
	"encoding/binary"
	"image/gif"
)

// redrawGIF keeps the frames and their times. It has no small one: it would not move.
func redrawGIF(data []byte) (drawn, error) {
	if !affordable(data) {
		return drawn{}, errPixels
	}
	all, err := gif.DecodeAll(bytes.NewReader(data))
	if err != nil {
		return drawn{}, errBroken
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, all); err != nil {
		return drawn{}, errBroken
	}
	return drawn{end: "gif", kind: "image/gif", data: out.Bytes(), width: all.Config.Width, height: all.Config.Height}, nil
}

// affordable walks over the blocks of a GIF without unpacking them and reports whether
// its frames together have few enough pixels: each can be as large as the image, and
// take a dozen bytes.
func affordable(data []byte) bool {
	const header, descriptor = 13, 10
	if len(data) < header {
		return true // too short for a frame; the decoder says so
	}
	rest := data[header:]
	rest = rest[min(len(rest), tableSize(data[10])):]
	pixels := 0
	for len(rest) > 0 {
		switch rest[0] {
		case '!': // an extension
			if len(rest) < 2 {
				return true
			}
			rest = afterBlocks(rest[2:])
		case ',': // a frame
			if len(rest) < descriptor {
				return true
			}
			pixels += int(binary.LittleEndian.Uint16(rest[5:])) * int(binary.LittleEndian.Uint16(rest[7:]))
			if pixels > maxPixels {
				return false
			}
			start := min(len(rest), descriptor+tableSize(rest[9])+1)
			rest = afterBlocks(rest[start:])
		default: // the end
			return true
		}
	}
	return true
}

// tableSize is how many bytes of colours follow after the flags that announce them.
func tableSize(flags byte) int {
	if flags&0x80 == 0 {
		return 0
	}
	return 3 << (flags&7 + 1)
}

// afterBlocks skips blocks that each begin with their length, up to the empty one.
func afterBlocks(rest []byte) []byte {
	for len(rest) > 0 {
		n := int(rest[0])
		rest = rest[min(len(rest), 1+n):]
		if n == 0 {
			break
		}
	}
	return rest
}
