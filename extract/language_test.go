package extract

import (
	"strings"
	"testing"
	"testing/fstest"
	"unicode"

	"tocsin/extract/lang"
)

func TestDetect(t *testing.T) {
	l, err := NewLanguages(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, hint, lang, script string }{
		{"The service was down for two hours and users could not log in to their accounts.", "", "en", "Latn"},
		{"Le service est resté en panne pendant deux heures et les clients ne pouvaient plus payer.", "en", "fr", "Latn"},
		{"支付服务中断了两个小时，用户无法登录。", "", "zh", "Hans"},
		{"支付服務中斷了兩個小時，用戶無法登入。", "", "zh", "Hant"},
		{"ChatGPT崩了", "", "zh", "Hans"},
		{"ChatGPT 崩了", "zh-TW", "zh", "Hant"},
		{"今天 OpenAI 的 ChatGPT、Sora 和 API 同时出现故障，Cloudflare 也受到影响。", "en", "zh", "Hans"},
		{"決済サービスが二時間にわたって停止しました。", "", "ja", "Jpan"},
		{"결제 서비스가 두 시간 동안 중단되었습니다.", "", "ko", "Kore"},
		{"Der Dienst war zwei Stunden lang nicht erreichbar, und viele Kunden konnten sich nicht anmelden.", "", "de", "Latn"},
		{"El servicio estuvo caído durante dos horas y muchos clientes no pudieron pagar en la tienda.", "", "es", "Latn"},
		{"Il servizio è rimasto fermo per due ore e molti clienti non potevano pagare.", "", "it", "Latn"},
		{"Сервис не работал два часа, и многие клиенты не могли войти.", "", "ru", "Cyrl"},
		{"", "fr", "", ""},
		{"2023-03-22 15:44 100 %", "fr", "", ""},
		{"Ö§¸¶·þÎñÖÐ¶ÏÁËÁ½¸öÐ¡Ê±£¬ÓÃ»§ÎÞ·¨µÇÂ¼¡£", "", "", ""},
		{"Le rÃ©seau a Ã©tÃ© rÃ©tabli aprÃ¨s la coupure", "", "", ""},
	} {
		lang, script := l.Detect(c.text, c.hint)
		if lang != c.lang || script != c.script {
			t.Errorf("%q is %q %q, want %q %q", c.text, lang, script, c.lang, c.script)
		}
	}
}

func TestSecondLanguage(t *testing.T) {
	l, err := NewLanguages(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ text, want string }{
		{"決済サービスの遅延を調査しています。 | We are looking into delays of card payments in the shops of our customers in the north. " +
			"原因を特定しました。 | We have found the cause and are working on it with the bank.", "en"},
		{"決済サービスが停止しました。 | Le service de paiement par carte est en panne dans une partie de nos magasins, et nos équipes " +
			"sont au travail pour le remettre en marche au plus vite.", "fr"},
		{"決済サービスの Payment Gateway API v2 が停止しました。Card Reader SDK も停止しました。", ""},
		{"결제 서비스가 중단되었습니다. | Wir untersuchen zurzeit die Ursache der Störung bei Zahlungen mit der Karte in den Läden unserer Kunden im Norden.", ""},
	} {
		if got := l.second(c.text); got != c.want {
			t.Errorf("%q can be read as %q, want %q", c.text, got, c.want)
		}
	}
}

func TestLanguageFiles(t *testing.T) {
	l, err := NewLanguages(lang.FS())
	if err != nil {
		t.Fatal(err)
	}
	for tag, want := range map[string][2]string{"en": {".", "mdy"}, "fr": {",", "dmy"}, "zh": {".", "ymd"}} {
		got, ok := l.Lookup(tag)
		if !ok || got.Decimal != want[0] || got.Order != want[1] || got.Name == "" || len(got.Ends) == 0 {
			t.Errorf("%s: %+v", tag, got)
		}
	}
	_, err = NewLanguages(fstest.MapFS{
		"xx/language.txt": {Data: []byte("name X\nscript Latn\nwords a b\norder ydm\n")},
		"yy/language.txt": {Data: []byte("name\nnmae Y\n")},
	})
	for _, want := range []string{"xx/language.txt:4", "yy/language.txt:1", "yy/language.txt:2", "must be given"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v does not name %s", err, want)
		}
	}
	if _, err := NewLanguages(fstest.MapFS{}); err == nil {
		t.Error("no language at all is no error")
	}
}

// TestNewLanguage adds a language by a folder alone.
func TestNewLanguage(t *testing.T) {
	l, err := NewLanguages(fstest.MapFS{
		"qx/language.txt": {Data: []byte("name Made-up\nscript Latn\nwords zu ba ki lo\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if lang, script := l.Detect("zu serva ba nolu ki panda lo nemu zu rata ba", ""); lang != "qx" || script != "Latn" {
		t.Errorf("made-up text is %q %q", lang, script)
	}
}

func TestScriptTable(t *testing.T) {
	s := newScriptTable(scriptsFile)
	if len(s.simplified) < 400 || len(s.common) < 250 {
		t.Errorf("%d pairs, %d common characters", len(s.simplified), len(s.common))
	}
	for r := range s.simplified {
		if s.traditional[r] {
			t.Errorf("%c is in both columns", r)
		}
	}
}

func FuzzDetect(f *testing.F) {
	l, err := NewLanguages(lang.FS())
	if err != nil {
		f.Fatal(err)
	}
	f.Add("崩了 down", "zh-HK")
	f.Fuzz(func(t *testing.T, text, hint string) {
		lang, script := l.Detect(text, hint)
		if (lang != "" || script != "") && !strings.ContainsFunc(text, unicode.IsLetter) {
			t.Errorf("%q, without a letter, is %q %q", text, lang, script)
		}
	})
}
