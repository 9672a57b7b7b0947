package exporter

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// samples are constant metrics; they are a collector.
type samples []prometheus.Metric

// Describe implements prometheus.Collector.
func (s samples) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (s samples) Collect(metrics chan<- prometheus.Metric) {
	for _, sample := range s {
		metrics <- sample
	}
}

// exposition is a part of the answer to a scrape, in both formats. Parts follow one another as they are, so that what
// changes once a minute is written and compressed once a minute and not for every scrape.
type exposition struct{ text, openMetrics encoded }

// encoded is an exposition in one format: as it is, and as a run of deflate blocks that ends on a byte and is not the last
// one.
type encoded struct{ plain, deflated []byte }

// The formats.
var (
	textFormat        = expfmt.NewFormat(expfmt.TypeTextPlain)
	openMetricsFormat = expfmt.NewFormat(expfmt.TypeOpenMetrics)
)

func (e exposition) in(format expfmt.Format) encoded {
	if format.FormatType() == expfmt.TypeOpenMetrics {
		return e.openMetrics
	}
	return e.text
}

// encode writes what a collector has. It fails where two samples are the same series.
func encode(collector prometheus.Collector) (exposition, error) {
	registry := prometheus.NewRegistry()
	if err := registry.Register(collector); err != nil {
		return exposition{}, err
	}
	return encodeAll(registry)
}

func encodeAll(gatherer prometheus.Gatherer) (exposition, error) {
	var e exposition
	for _, one := range []struct {
		format expfmt.Format
		to     *encoded
	}{{textFormat, &e.text}, {openMetricsFormat, &e.openMetrics}} {
		var plain, deflated bytes.Buffer
		if err := write(&plain, gatherer, one.format); err != nil {
			return exposition{}, err
		}
		if err := deflate(&deflated, plain.Bytes(), false); err != nil {
			return exposition{}, err
		}
		*one.to = encoded{plain.Bytes(), deflated.Bytes()}
	}
	return e, nil
}

// write gathers and encodes without an end mark. What could be gathered is written even with an error.
func write(to io.Writer, gatherer prometheus.Gatherer, format expfmt.Format) error {
	families, failed := gatherer.Gather()
	encoder := expfmt.NewEncoder(to, format)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return errors.Join(failed, fmt.Errorf("encoding %s: %w", family.GetName(), err))
		}
	}
	return failed
}

var deflaters = sync.Pool{New: func() any {
	writer, err := flate.NewWriter(io.Discard, flate.DefaultCompression)
	if err != nil {
		panic(err) // the level is a constant of the package
	}
	return writer
}}

// deflate compresses a part; only the last one ends the stream.
func deflate(to io.Writer, plain []byte, last bool) error {
	writer := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(writer)
	writer.Reset(to)
	if _, err := writer.Write(plain); err != nil {
		return err
	}
	if last {
		return writer.Close()
	}
	return writer.Flush()
}

// gzipHeader says deflate, no name, no time, any system (RFC 1952, 2.3).
var gzipHeader = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff}

// join makes the whole answer of parts and of what was only gathered now, compressed with gzip or not. Deflate blocks
// refer to nothing before their own part, so parts that were compressed on their own make one stream.
func join(to *bytes.Buffer, parts []encoded, now []byte, compressed bool) error {
	length := len(now) + len(gzipHeader)
	for _, p := range parts {
		if compressed {
			length += len(p.deflated)
		} else {
			length += len(p.plain)
		}
	}
	to.Grow(length)
	if !compressed {
		for _, p := range parts {
			to.Write(p.plain)
		}
		to.Write(now)
		return nil
	}
	to.Write(gzipHeader)
	sum, size := uint32(0), 0
	for _, p := range parts {
		to.Write(p.deflated)
		sum = crc32.Update(sum, crc32.IEEETable, p.plain)
		size += len(p.plain)
	}
	if err := deflate(to, now, true); err != nil {
		return err
	}
	sum = crc32.Update(sum, crc32.IEEETable, now)
	trailer := binary.LittleEndian.AppendUint32(nil, sum)
	to.Write(binary.LittleEndian.AppendUint32(trailer, uint32(size+len(now)))) //nolint:gosec // modulo 2^32, as the format has it
	return nil
}
