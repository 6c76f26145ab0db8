// Status pages: the JSON of Statuspage and its likes tells incidents whole, so it leads
// nowhere, but for incidents whose updates were left out: their own pages are asked for.

package crawler

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
)

func (d *discovery) status() error {
	body := bytes.TrimLeft(bytes.TrimPrefix(d.page.Body, []byte("\xef\xbb\xbf")), " \t\r\n")
	if looksHTML(body) {
		return errors.New("not a status API but a page of HTML: look whether the status page has moved")
	}
	if bytes.HasPrefix(body, []byte("[")) {
		if !json.Valid(body) {
			return errors.New("status: array of JSON cannot be read to its end")
		}
		return nil
	}
	var s struct {
		Page      struct{ URL string }
		Incidents []struct {
			ID        string
			Shortlink string
			Updates   []json.RawMessage `json:"incident_updates"`
		}
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return fmt.Errorf("not a status API: %w", err)
	}
	for _, i := range s.Incidents {
		if len(i.Updates) > 0 {
			continue
		}
		switch {
		case i.Shortlink != "":
			d.add(i.Shortlink, "article", 0)
		case i.ID != "" && s.Page.URL != "":
			if u, err := url.JoinPath(s.Page.URL, "incidents", i.ID); err == nil {
				d.add(u, "article", 0)
			}
		}
	}
	return nil
}
