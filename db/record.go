package db

// A record is kept as the JSON that classify wrote. Exporting it changes one thing: each
// of its reports gets the id of its incident. All else stays byte for byte, in its order.

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// A member is one name and value of a JSON object.
type member struct {
	name  string
	value json.RawMessage
}

// withIncidents sets incident_id in the reports of a record, where ids has one.
func withIncidents(record []byte, ids []string) ([]byte, error) {
	members, err := object(record)
	if err != nil {
		return nil, err
	}
	for i, m := range members {
		if m.name != "reports" {
			continue
		}
		var reports []json.RawMessage
		if err := json.Unmarshal(m.value, &reports); err != nil {
			return nil, err
		}
		if len(reports) != len(ids) {
			return nil, fmt.Errorf("it has %d reports and the database %d", len(reports), len(ids))
		}
		for j, r := range reports {
			if reports[j], err = withIncident(r, ids[j]); err != nil {
				return nil, err
			}
		}
		if len(reports) > 0 {
			members[i].value = slice(reports)
		}
	}
	return join(members), nil
}

func withIncident(report []byte, id string) ([]byte, error) {
	members, err := object(report)
	if err != nil || id == "" {
		return report, err
	}
	value, err := marshal(id)
	if err != nil {
		return nil, err
	}
	for i, m := range members {
		if m.name == "incident_id" {
			members[i].value = value
			return join(members), nil
		}
	}
	// Behind "primary", where the form of records has it.
	at := min(1, len(members))
	members = append(members[:at:at], append([]member{{"incident_id", value}}, members[at:]...)...)
	return join(members), nil
}

// object returns the members of a JSON object in their order.
func object(text []byte) ([]member, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, fmt.Errorf("no JSON object (%v)", err)
	}
	var members []member
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		members = append(members, member{name.(string), value})
	}
	_, err := d.Token()
	return members, err
}

func join(members []member) []byte {
	b := []byte{'{'}
	for i, m := range members {
		if i > 0 {
			b = append(b, ',')
		}
		name, err := marshal(m.name)
		if err != nil {
			continue // strings always have a JSON form
		}
		b = append(append(append(b, name...), ':'), m.value...)
	}
	return append(b, '}')
}

func slice(values []json.RawMessage) []byte {
	return append(append([]byte{'['}, bytes.Join(raw(values), []byte{','})...), ']')
}

func raw(values []json.RawMessage) [][]byte {
	out := make([][]byte, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}
