package exporter

import (
	"bytes"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// ServeHTTP answers a scrape of this environment. It only reads memory.
func (e *Exporter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer(w, r, e.options.Logger, e.parts(r), e.live)
}

// parts are the expositions that a scrape of this moment gets.
func (e *Exporter) parts(r *http.Request) []encoded {
	e.touch()
	format := formatOf(r)
	parts := make([]encoded, 0, len(e.queries)+1)
	now := e.options.Now()
	for _, q := range e.queries {
		if current := q.current(now); current != nil {
			parts = append(parts, current.exposition.in(format))
		}
	}
	if status := e.status.Load(); status != nil {
		parts = append(parts, status.in(format))
	}
	return parts
}

// formatOf is the format that the client asks for, of those in which expositions are kept: OpenMetrics, or else the text
// format, also for a client that would rather have another one.
func formatOf(r *http.Request) expfmt.Format {
	return expfmt.NegotiateAccept(r.Header, expfmt.FmtOpenMetrics_1_0_0, expfmt.FmtOpenMetrics_0_0_1, expfmt.FmtText)
}

// answer writes expositions and what is gathered now. A scrape always gets 200: what cannot be gathered is logged and left
// out, as the rest is still worth having.
func answer(w http.ResponseWriter, r *http.Request, logger *slog.Logger, parts []encoded, gatherers ...prometheus.Gatherer) {
	format := formatOf(r)
	var now, body bytes.Buffer
	for _, gatherer := range gatherers {
		if err := write(&now, gatherer, format); err != nil {
			logger.Error("some metrics are left out of a scrape", "err", err)
		}
	}
	if format.FormatType() == expfmt.TypeOpenMetrics {
		_, _ = expfmt.FinalizeOpenMetrics(&now) // a buffer takes everything
	}
	compressed := takesGzip(r.Header)
	if err := join(&body, parts, now.Bytes(), compressed); err != nil {
		logger.Error("a scrape cannot be answered", "err", err)
		http.Error(w, "the metrics cannot be compressed", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", string(format))
	header.Set("Content-Length", strconv.Itoa(body.Len()))
	header.Add("Vary", "Accept, Accept-Encoding")
	if compressed {
		header.Set("Content-Encoding", "gzip")
	}
	_, _ = w.Write(body.Bytes()) // the client has gone
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3).
func takesGzip(header http.Header) bool {
	taken := false
	for coding := range strings.SplitSeq(strings.Join(header.Values("Accept-Encoding"), ","), ",") {
		name, weight, _ := strings.Cut(coding, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		quality, given := strings.CutPrefix(strings.ToLower(strings.TrimSpace(weight)), "q=")
		value, err := strconv.ParseFloat(quality, 64)
		refused := given && (err != nil || value <= 0)
		switch name {
		case "gzip", "x-gzip":
			return !refused
		case "*":
			taken = !refused
		}
	}
	return taken
}
