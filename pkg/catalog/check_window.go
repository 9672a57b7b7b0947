package catalog

import (
	"fmt"
	"time"
)

// maxLength is the longest span of a window that ends now: longer ones are ranges. The historical report keeps 24 months.
const maxLength = Duration(731 * 24 * time.Hour)

func (p place) window(w Window) {
	if !p.oneOf("kind", string(w.Kind), texts([]WindowKind{WindowRange, WindowTrailing, WindowToday})) {
		return
	}
	if w.TimeAxis != "" {
		p.oneOf("time_axis", string(w.TimeAxis), Settings("time_axis"))
	}
	if w.Kind != WindowTrailing {
		because := "kind " + string(w.Kind)
		if w.Length != 0 {
			p.unwanted("length", w.Length.String(), because)
		}
		if w.OpenWithin != 0 {
			p.unwanted("open_within", w.OpenWithin.String(), because)
		}
		return
	}
	if w.Length == 0 {
		p.report("length", "is missing", "add a duration such as 2h")
		return
	}
	for _, d := range []struct {
		field string
		value Duration
	}{{"length", w.Length}, {"open_within", w.OpenWithin}} {
		if d.value > maxLength {
			p.report(d.field, d.value.String()+" is too long", "write at most "+maxLength.String())
		}
	}
	if w.OpenWithin != 0 && w.OpenWithin <= w.Length {
		p.report("open_within", fmt.Sprintf("%s is not above the length of %s, so it adds nothing", w.OpenWithin, w.Length), "write a longer duration or remove it")
	}
}
