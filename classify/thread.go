package classify

// When it began and when it was over, as a status page tells it. A page is a thread of posts,
// or one story. The rules:
//
//   - what a later post tells beats what an earlier one told: the last is the summary;
//   - within a post the first full window is that of the incident; other windows of its
//     paragraph that begin with it lengthen it;
//   - an end is told by a sentence that says that it is over, or that something works again;
//     one that says so for some counts only in a post that is over itself. The last counts;
//   - what stands outside of the posts is their heading, read only where no post tells more;
//   - a start that no post tells is the time of the first of at least two posts, an end the
//     time of the post that says that it is over. Where only the day is told, nothing is
//     put in its place.

import (
	"slices"
	"time"

	"tocsin/extract"
)

// A post is the lines of one entry of a thread. What stands outside of entries is a post
// without time.
type post struct {
	at       extract.Moment
	lines    []*line
	resolved bool // the page itself says so
}

// posts returns the posts of a document, the oldest first.
func (s *scene) posts() []post {
	var out []post
	for i := range s.lines {
		l := &s.lines[i]
		var at extract.Moment
		if l.block.Kind == extract.Update {
			at = l.block.Posted
		}
		k := slices.IndexFunc(out, func(p post) bool { return p.at == at })
		if k < 0 {
			k = len(out)
			out = append(out, post{at: at})
		}
		out[k].lines = append(out[k].lines, l)
		out[k].resolved = out[k].resolved || l.block.Status == "resolved"
	}
	slices.SortStableFunc(out, func(a, b post) int {
		switch {
		case before(a.at, b.at):
			return -1
		case before(b.at, a.at):
			return 1
		}
		return 0
	})
	return out
}

// thread reads start and end, and the day, of a status page.
func (s *scene) thread(start, end, day **Claim) {
	posts := s.posts()
	written := 0
	for _, p := range posts {
		if !p.at.IsZero() {
			written++
		}
	}
	if written > 0 && len(posts) > written && s.window(posts[0]) == nil {
		posts = posts[1:] // a headline: what it says, a post says better
	}
	if p := s.doc.Published; written > 0 && clock(p) && before(p, posts[0].at) {
		posts = slices.Insert(posts, 0, post{at: p, lines: posts[0].lines[:1]}) // the first post has no words
		written++
	}
	var dayOnly bool
	for i := len(posts) - 1; i >= 0 && *start == nil && !dayOnly; i-- {
		*start, dayOnly = s.began(posts[i], early(posts, i))
	}
	over := -1
	var endDay bool
	for i := len(posts) - 1; i >= 0 && *end == nil && !endDay; i-- {
		if over < 0 && s.over(posts[i]) {
			over = i
		}
		*end, endDay = s.ended(posts[i])
	}
	if *end != nil && *start != nil && before((*end).Moment, (*start).Moment) && (*start).Span != (*end).Span {
		*end = nil // told of something else
	}
	if written < 2 {
		s.daily(start, end, day, dayOnly, posts)
		return
	}
	first := slices.IndexFunc(posts, func(p post) bool { return !p.at.IsZero() })
	if *start == nil && !dayOnly {
		c := derived(Start, posts[first], "posted")
		if *end == nil && !s.over(posts[first]) || *end != nil && !before((*end).Moment, c.Moment) {
			*start = c // else it was over before anybody wrote
		}
	}
	if *end == nil && !endDay && over > first {
		*end = derived(End, posts[over], "posted")
	}
	s.daily(start, end, day, dayOnly, posts)
}

// early reports whether a post is the first, or was written within a minute of it.
func early(posts []post, i int) bool {
	from, _ := posts[0].at.Bounds()
	at, _ := posts[i].at.Bounds()
	return i == 0 || at.Sub(from) <= time.Minute
}

// daily gives the day: that of the start, else the day told as its start, else that of the
// first post.
func (s *scene) daily(start, end, day **Claim, dayOnly bool, posts []post) {
	switch {
	case *start != nil:
		c := **start
		c.Field = Date
		*day = &c
	case dayOnly:
		for i := len(posts) - 1; i >= 0; i-- {
			if c, only := s.began(posts[i], early(posts, i)); c == nil && only {
				*day = s.dayOf(posts[i])
				return
			}
		}
	case *end != nil:
		c := **end
		c.Field = Date
		*day = &c
	default:
		for _, p := range posts {
			if !p.at.IsZero() {
				*day = derived(Date, p, "posted")
				return
			}
		}
	}
}

// dayOf returns the first day that a post tells as that of the start.
func (s *scene) dayOf(p post) *Claim {
	for _, l := range p.lines {
		for _, m := range s.told(l) {
			if s.cued(m, "start") && !m.Time.Start.IsZero() {
				c := claim(Date, m, "")
				c.Moment = m.Time.Start
				return &c
			}
		}
	}
	return nil
}

// told returns the times of a line that are not the time of its post and not of something
// else.
func (s *scene) told(l *line) (out []*extract.Mention) {
	for _, m := range l.of("time") {
		if m.Time == nil || s.cued(m, "not_time") || l.block.Kind == extract.Update && m.Start == l.block.Start && m.Time.Start == l.block.Posted {
			continue
		}
		out = append(out, m)
	}
	return out
}

// began returns the start that a post tells; dayOnly says that it tells no more than the
// day. Only the first post tells a start by what is so as of some time.
func (s *scene) began(p post, first bool) (start *Claim, dayOnly bool) {
	if w := s.window(p); w != nil {
		c := claim(Start, w.first, "")
		c.Moment = w.first.Time.Start
		return &c, false
	}
	lead := true // the first line that tells a time
	for _, l := range p.lines {
		times := s.told(l)
		for _, m := range times {
			t := m.Time
			state := s.cued(m, "state")
			open := t.Window && t.End.IsZero() && (l.down() || lead) && (first || !state)
			if !open && !s.cued(m, "start") || s.cued(m, "end") || l.has("cue", "over", "back", "not_over") || t.Start.IsZero() {
				continue
			}
			if !clock(t.Start) {
				dayOnly = dayOnly || !open
				continue
			}
			c := claim(Start, m, "")
			c.Moment = t.Start
			return &c, false
		}
		lead = lead && len(times) == 0
	}
	return nil, dayOnly
}

// A lasting is the first full window of a post, and the mention that tells its last end.
type lasting struct{ first, last *extract.Mention }

func (s *scene) window(p post) *lasting {
	var w *lasting
	var block *extract.Block
	for _, l := range p.lines {
		for _, m := range s.told(l) {
			t := m.Time
			if !t.Window || !clock(t.Start) || !clock(t.End) || l.has("impact", "maintenance") && !l.down() {
				continue
			}
			switch {
			case w == nil:
				w, block = &lasting{m, m}, l.block
			case l.block == block && t.Start == w.first.Time.Start && before(w.last.Time.End, t.End):
				w.last = m
			}
		}
	}
	return w
}

// over reports whether a post says that it is over for all: that the incident is, or that
// something works again and nothing does not.
func (s *scene) over(p post) bool {
	if p.resolved {
		return true
	}
	back, left := false, false
	for _, l := range p.lines {
		switch {
		case s.hypothetical(l):
		case l.has("cue", "not_over"):
			left = true
		case l.has("cue", "over"):
			return true
		case l.has("cue", "back"):
			back = true
		}
	}
	return back && !left
}

// ended returns the end that a post tells; dayOnly says that it tells no more than the day.
func (s *scene) ended(p post) (end *Claim, dayOnly bool) {
	made := func(m *extract.Mention, at extract.Moment) *Claim {
		c := claim(End, m, "")
		c.Moment = at
		return &c
	}
	if w := s.window(p); w != nil {
		return made(w.last, w.last.Time.End), false
	}
	over := s.over(p)
	for _, l := range p.lines {
		well := l.has("cue", "over", "back")
		whole := well && !l.has("cue", "not_over")
		times := s.told(l)
		for _, m := range times {
			at := m.Time.End
			if at.IsZero() {
				at = m.Time.Start // "as of", "since": from then on it was over
			}
			label := s.cued(m, "end") && !well && !l.has("impact", "recovery") && !l.has("cue", "not_over")
			switch {
			case !clock(at):
				dayOnly = dayOnly || !at.IsZero() && s.cued(m, "end") && !l.has("cue", "not_over")
			case label:
				return made(m, at), false
			case !whole && !(over && (well || s.cued(m, "end"))):
			case len(times) > 1 && s.cued(m, "start") && !s.cued(m, "end"):
			case end == nil || before(end.Moment, at):
				end = made(m, at)
			}
		}
	}
	return end, dayOnly && end == nil
}

func derived(f Field, p post, from string) *Claim {
	return &Claim{Span: p.lines[0].Span, Field: f, Moment: p.at, Standing: Confirmed, Derived: from}
}

// clock reports whether a moment tells its hour and its day.
func clock(m extract.Moment) bool { return m.Precision >= extract.Hour && m.Year > 0 }
