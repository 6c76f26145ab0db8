package extract

// Numbers with their bounds and ranges: what counts are made of. The names of amount.txt:
//
//	plain   {cardinal}
//	bound   {bound} {cardinal}
//	range   {cardinal} {cardinal}
//
// The file's first lines take out, as nothing, the figures of dates, lengths and prices.

import (
	"math"

	"tocsin/extract/phrase"
)

var amountNames = []string{"plain", "bound", "range"}

func buildAmount(m *phrase.Match) any {
	n := slotsOf(m, "number")
	if m.Name == "bound" && len(n) == 0 {
		n = slotsOf(m, "amount")
	}
	if len(n) == 0 {
		return nil
	}
	v := numeralOf(n[0])
	if v == nil || v.Ordinal || v.article || v.glued || v.price {
		return nil
	}
	c := *v
	switch m.Name {
	case "bound":
		b := firstOf(m, "bound")
		if b == nil {
			return nil
		}
		if c.Bound == Exact {
			c.Bound = Bound(b.Name)
		}
	case "range":
		if len(n) != 2 {
			return nil
		}
		b := numeralOf(n[1])
		if b == nil || b.Ordinal || b.glued || b.price {
			return nil
		}
		// "10 to 20 thousand", 三到五万: the first takes the multiplier of the second.
		if c.unit == 1 && b.unit > 1 && c.High*b.unit <= b.High && c.Low < max(1000, b.unit) && b.Low/b.unit >= c.Low {
			c.Low, c.High = c.Low*b.unit, c.High*b.unit
		}
		// "10 to 20,000": grouped figures lend their thousands too.
		if c.digits > 0 && c.digits < 3 && !b.words && b.digits == 0 && b.Low >= 1000 && math.Mod(b.Low, 1000) == 0 && c.Low*1000 < b.Low {
			c.Low, c.High = c.Low*1000, c.High*1000
		}
		if c.Low >= b.High || math.IsNaN(c.Low) {
			return nil
		}
		c.High, c.Bound, c.Percent = b.High, Range, b.Percent
	}
	return &c
}
