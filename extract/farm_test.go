package extract

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// mangle does to text what the filter of a farm does, in bytes of GBK.
func mangle(t *testing.T, text string, readings map[string]string) string {
	t.Helper()
	encode := func(s string) []byte {
		b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	raw := encode(text)
	listed := make([]string, 0, len(readings))
	for c := range readings {
		listed = append(listed, c)
	}
	slices.Sort(listed)
	for _, c := range listed {
		raw = bytes.ReplaceAll(raw, encode(c), encode(c+"("+readings[c]+")"))
	}
	var out strings.Builder
	for i := 0; i < len(raw); {
		switch {
		case raw[i] < 0x80:
			out.WriteByte(raw[i])
			i++
		case i+1 < len(raw) && raw[i+1] < 0x40: // half of a character swallows the bracket
			out.WriteByte('?')
			i += 2
		default:
			s, err := simplifiedchinese.GBK.NewDecoder().Bytes(raw[i:min(i+2, len(raw))])
			if err != nil {
				t.Fatal(err)
			}
			out.Write(s)
			i += 2
		}
	}
	return out.String()
}

func TestRepair(t *testing.T) {
	readings := map[string]string{
		"數": "shù", "萬": "wàn", "戶": "hù", "發": "fā", "現": "xiàn", "無": "wú", "網": "wǎng", "絡": "luò", "務": "wù",
		"驅": "qū", "計": "jì", "開": "kāi", "體": "tǐ",
	}
	want := strings.Repeat("今天上午,數以萬計的用戶發現無法登錄這個網絡服務。公司開始檢查,整體數據沒有丟失。", 3) +
		"傳輸的瓶頸 a 是原因之一。工程師或尋找離線 b 工具。"
	source := mangle(t, want, readings)
	if !strings.Contains(source, "?") || !strings.Contains(source, "(shù)") {
		t.Fatalf("nothing was mangled: %s", source)
	}
	docs, err := newTestReader(t).ReadFile("farm.txt", []byte(source))
	if err != nil {
		t.Fatal(err)
	}
	d := docs[0]
	if d.Text != want {
		t.Errorf("repaired to\n%s\nfrom\n%s\nwant\n%s", d.Text, source, want)
	}
	if !slices.Contains(d.Quality, "farm") || !slices.Contains(d.Quality, "repaired") {
		t.Errorf("quality is %v", d.Quality)
	}
	at := strings.Index(d.Text, "數以萬計的用戶")
	s, _ := d.Original(Span{at, at + len("數以萬計的用戶")})
	if got := d.Source[s.Start:s.End]; got != "數(shù)以萬(wàn)計(jì)的用戶(hù)" {
		t.Errorf("the original is %q", got)
	}
}

func TestReadingsOfOthers(t *testing.T) {
	r := newTestReader(t)
	for source, want := range map[string]string{
		"重(chóng)新启动后服务恢复。":              "重新启动后服务恢复。",
		"云(cloud)服务中断，云(AWS)也是。":         "云(cloud)服务中断，云(AWS)也是。",
		"真的吗?shù) 服务恢复了(qwx)吗?":          "真的吗?shù) 服务恢复了(qwx)吗?",
		"The service (down) is back up.": "The service (down) is back up.",
	} {
		docs, err := r.ReadFile("a.txt", []byte(source))
		if err != nil {
			t.Fatal(err)
		}
		if docs[0].Text != want || slices.Contains(docs[0].Quality, "farm") {
			t.Errorf("%q became %q, %v", source, docs[0].Text, docs[0].Quality)
		}
	}
}

// TestFarmPage repairs a real page: all of its brackets and broken places.
func TestFarmPage(t *testing.T) {
	body, err := os.ReadFile(shared(t, "seeds/002_22cfcce380a1a9c1.txt"))
	if err != nil {
		t.Fatal(err)
	}
	docs, err := newTestReader(t).ReadFile("002.txt", body)
	if err != nil {
		t.Fatal(err)
	}
	d := docs[0]
	for _, want := range []string{"的瓶頸也是", "或尋找離線工具", "非常可觀"} {
		if !strings.Contains(d.Text, want) {
			t.Errorf("%s is not in the repaired text", want)
		}
	}
	for _, g := range []rune{'ù', 'ī', 'à', 'é', 'ǒ'} {
		if i := strings.IndexRune(d.Text, g); i >= 0 {
			t.Errorf("a reading is left: %.40s", d.Text[max(0, i-20):])
		}
	}
	text := "數以千萬計的ChatGPT用戶"
	at := strings.Index(d.Text, text)
	s, ok := d.Original(Span{at, at + len(text)})
	if got := d.Source[s.Start:s.End]; !ok || got != "數(shù)以千萬(wàn)計(jì)的ChatGPT用戶(hù)" {
		t.Errorf("the original is %q", got)
	}
	read := 0
	for _, b := range d.Blocks {
		if b.Kind != Tail {
			read++
		}
	}
	if read != 16 {
		t.Errorf("%d blocks are read, want 16", read)
	}
}

func FuzzRepair(f *testing.F) {
	r := newTestReader(f)
	f.Add("數(shù)據(jù)輸?shù)钠款i非??捎^" + strings.Repeat("數(shù)", 12))
	f.Fuzz(func(t *testing.T, s string) {
		docs, err := r.ReadFile("x.txt", []byte(s))
		if err != nil {
			return
		}
		for _, d := range docs {
			for _, b := range d.Blocks {
				if o, ok := d.Original(b.Span); !ok || o.End > len(d.Source) {
					t.Fatalf("block %v comes from %v, %v", b.Span, o, ok)
				}
			}
		}
	})
}
