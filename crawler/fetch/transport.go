// The round tripper below Colly. Colly reads a body to its end, cuts it without a word,
// unpacks by the name of the URL and changes charsets by the header, so it is given
// answers in which nothing of that is left to do:
//
//   - the body is read here, unpacked (gzip, deflate, br, zstd), up to a limit that
//     counts the packed and the unpacked bytes each; whether it ends there is noted
//   - the header that Colly sees has no charset and no encoding; the true one is kept
//
// What was read goes into the exchange that the request's context carries.

package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// An exchange is one answer as it came.
type exchange struct {
	status    int
	header    http.Header
	body      []byte // unpacked
	truncated bool   // body ends at the limit
	short     error  // body ends before its end: the connection or the packing broke
}

type exchangeKey struct{}

// withExchange returns a context whose request leaves its answer in x, reading limit
// bytes of body at most.
func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// A transport is a round tripper that reads bodies itself.
type transport struct {
	next  http.RoundTripper
	limit int64
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	x, _ := req.Context().Value(exchangeKey{}).(*exchange)
	if x == nil {
		x = &exchange{}
	}
	x.status, x.header = resp.StatusCode, resp.Header.Clone()
	x.body, x.truncated, x.short = readBody(resp.Body, resp.Header.Get("Content-Encoding"), t.limit)
	resp.Body.Close()
	if err := req.Context().Err(); err != nil && x.short != nil {
		return nil, err
	}

	resp.Body = io.NopCloser(bytes.NewReader(x.body))
	resp.ContentLength = int64(len(x.body))
	resp.Uncompressed = true
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	if ct := resp.Header.Get("Content-Type"); ct != "" {
		media, _, _ := strings.Cut(ct, ";")
		// A type that hides the word elsewhere would still make Colly change charsets.
		if strings.Contains(strings.ToLower(media), "charset") {
			media = "application/octet-stream"
		}
		resp.Header.Set("Content-Type", strings.TrimSpace(media))
	}
	return resp, nil
}

// readBody reads a body up to limit bytes, packed and unpacked each. An error that comes
// after some bytes leaves them readable.
func readBody(r io.Reader, encoding string, limit int64) (body []byte, truncated bool, err error) {
	packed := &io.LimitedReader{R: r, N: limit + 1}
	first := bufio.NewReader(packed)
	if _, err := first.Peek(1); errors.Is(err, io.EOF) {
		return nil, false, nil // answers without a body have one under any encoding
	}
	var in io.Reader = first
	codings := strings.Split(encoding, ",")
	if len(codings) > 2 {
		return nil, false, fmt.Errorf("content encoding %.60q: more than two layers", encoding)
	}
	for i := len(codings) - 1; i >= 0; i-- {
		var closer func()
		if in, closer, err = unpack(in, strings.ToLower(strings.TrimSpace(codings[i]))); err != nil {
			return nil, false, fmt.Errorf("body cannot be unpacked: %w", err)
		}
		defer closer()
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, io.LimitReader(in, limit+1))
	body = b.Bytes()
	if int64(len(body)) > limit {
		return body[:limit:limit], true, nil
	}
	if packed.N <= 0 {
		return body, true, nil
	}
	if err != nil {
		return body, false, fmt.Errorf("body ends early, after %d bytes: %w", len(body), err)
	}
	return body, false, nil
}

// unpack returns a reader of what in holds packed. The closer frees what the reader
// holds.
func unpack(in io.Reader, coding string) (io.Reader, func(), error) {
	none := func() {}
	switch coding {
	case "", "identity", "none":
		return in, none, nil
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(in)
		return z, none, err
	case "deflate":
		z, err := inflate(in)
		return z, none, err
	case "br":
		return brotli.NewReader(in), none, nil
	case "zstd":
		z, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	}
	return nil, nil, fmt.Errorf("content encoding %.60q is not known", coding)
}

// inflate reads "deflate", which is zlib by the standard and raw from some servers.
func inflate(in io.Reader) (io.Reader, error) {
	head := make([]byte, 2)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	whole := io.MultiReader(bytes.NewReader(head[:n]), in)
	if n == 2 && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
		return zlib.NewReader(whole)
	}
	return flate.NewReader(whole), nil
}
