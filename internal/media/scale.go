package media

import (
	stdimage "image"

	"golang.org/x/image/draw"
)

// scaled is a picture in a smaller size. Where it has many more pixels, each pixel of the
// small one is the mean of those it stands for: the scaler of the library would need
// hundreds of megabytes for the same.
func scaled(picture stdimage.Image, width, height int) stdimage.Image {
	var small draw.Image = stdimage.NewNRGBA(stdimage.Rect(0, 0, width, height))
	if _, gray := picture.(*stdimage.Gray); gray {
		small = stdimage.NewGray(small.Bounds())
	}
	if size := picture.Bounds().Size(); size.X < 2*width {
		draw.BiLinear.Scale(small, small.Bounds(), picture, picture.Bounds(), draw.Src, nil)
		return small
	}
	mean := means(picture, width, height)
	draw.Draw(small, small.Bounds(), mean, stdimage.Point{}, draw.Src)
	return small
}

// means goes over a picture row by row.
func means(picture stdimage.Image, width, height int) *stdimage.RGBA {
	b := picture.Bounds()
	row := stdimage.NewRGBA(stdimage.Rect(0, 0, b.Dx(), 1))
	small := stdimage.NewRGBA(stdimage.Rect(0, 0, width, height))
	sums := make([]int, 4*width)
	for to := range height {
		first, end := to*b.Dy()/height, (to+1)*b.Dy()/height
		clear(sums)
		for y := first; y < end; y++ {
			draw.Draw(row, row.Bounds(), picture, stdimage.Pt(b.Min.X, b.Min.Y+y), draw.Src)
			addUp(sums, row.Pix, width)
		}
		for x := range width {
			n := (end - first) * ((x+1)*b.Dx()/width - x*b.Dx()/width)
			for c := range 4 {
				small.Pix[small.PixOffset(x, to)+c] = uint8(sums[4*x+c] / n)
			}
		}
	}
	return small
}

// addUp adds a row of pixels to the sums of fewer pixels.
func addUp(sums []int, pix []uint8, width int) {
	wide := len(pix) / 4
	for x := range width {
		for i := 4 * (x * wide / width); i < 4*((x+1)*wide/width); i += 4 {
			for c := range 4 {
				sums[4*x+c] += int(pix[i+c])
			}
		}
	}
}
