package extract

// Counts: a number and the noun counted. The noun's name in noun.txt is the kind of count.

import (
	"tocsin/extract/phrase"
)

func buildCount(m *phrase.Match) any {
	noun := m.Slot("noun")
	number := m.Slot("amount")
	if number == nil {
		number = m.Slot("number")
	}
	if noun == nil || number == nil {
		return nil
	}
	n := numeralOf(number)
	if n == nil || n.Ordinal || n.price {
		return nil
	}
	c := &Count{Number: n.Number, Unit: noun.Words()}
	if noun.Name != "none" {
		c.Kind = noun.Name
	}
	return c
}

func describeCount(m *phrase.Match) string {
	noun := m.Slot("noun")
	number := m.Slot("amount")
	if number == nil {
		number = m.Slot("number")
	}
	return describeNumber(number) + " " + noun.Name
}
