package views

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// attributes are what all controls have in common; empty ones are left out.
func (f Field) attributes() templ.OrderedAttributes {
	invalid, most := "", ""
	if f.Error != "" {
		invalid = "true"
	}
	if f.MaxLength > 0 {
		most = strconv.Itoa(f.MaxLength)
	}
	a := templ.OrderedAttributes{
		{Key: "id", Value: f.Name},
		{Key: "name", Value: f.Name},
		{Key: "required", Value: f.Required},
		{Key: "autofocus", Value: f.Focus},
	}
	for _, optional := range []templ.KeyValue[string, any]{
		{Key: "autocomplete", Value: f.Autocomplete},
		{Key: "placeholder", Value: f.Placeholder},
		{Key: "lang", Value: f.Lang},
		{Key: "maxlength", Value: most},
		{Key: "aria-describedby", Value: f.describedBy()},
		{Key: "aria-invalid", Value: invalid},
	} {
		if optional.Value != "" {
			a = append(a, optional)
		}
	}
	return a
}

func (f Field) describedBy() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.Name+"-error")
	}
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	return strings.Join(ids, " ")
}
