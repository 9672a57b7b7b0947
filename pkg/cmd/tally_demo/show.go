package main

import (
	"context"
	"io"
	"strings"
	"time"
)

// show prints what the plugin answers: the totals of the last 24 hours as a table, and its hours as bars.
func show(ctx context.Context, out io.Writer, ask *asker, begin time.Time) error {
	day, err := ask.lastDay(ctx)
	if err != nil {
		return err
	}
	hours, err := ask.hours(ctx)
	if err != nil {
		return err
	}
	say(out, "\nBot conversations of the last 24 hours, answered by the plugin")
	for _, row := range []struct {
		name  string
		value float64
	}{{"total", day.total}, {"escalated", day.escalated}, {"deflected", day.deflected}, {"  in progress", day.inProgress}} {
		say(out, "  %-14s %8.0f  %s", row.name, row.value, bar(row.value, day.total, 40))
	}
	if day.deflectionRate != nil {
		say(out, "  %-14s %7.1f %%", "deflection", *day.deflectionRate*100)
	}
	say(out, "\nBy the hour, in UTC (█ stayed with the bot, ▒ escalated)")
	highest := 1.0
	for _, h := range hours {
		highest = max(highest, h.total)
	}
	for _, h := range hours {
		escalated := bar(h.escalated, highest, 50)
		deflected := strings.TrimPrefix(bar(h.total, highest, 50), escalated)
		say(out, "  %s %6.0f  %s%s", h.start.UTC().Format("02 Jan 15:04"), h.total, deflected, strings.ReplaceAll(escalated, "█", "▒"))
	}
	say(out, "\nThat took %.1f s after building.", time.Since(begin).Seconds())
	return nil
}

// bar is value as a share of whole, at most width characters wide; something is never drawn as nothing.
func bar(value, whole float64, width int) string {
	if whole <= 0 || value <= 0 {
		return ""
	}
	return strings.Repeat("█", max(1, int(value/whole*float64(width)+0.5)))
}

// where says where to look next.
func where(out io.Writer, o options, s servers, grafana grafanaFolders) {
	say(out, "\nWhere to look")
	if s.grafana != "" {
		say(out, "  Grafana     http://%s/d/tally-bot-historical", o.grafana)
		say(out, "  its alerts  http://%s/alerting/list", o.grafana)
	} else {
		say(out, "  Grafana     %s", grafana.hint())
	}
	if s.prometheus != "" {
		say(out, "  Prometheus  http://%s/alerts", o.prometheus)
	} else {
		say(out, "  Prometheus  prometheus is not on the PATH; provisioning/prometheus has its files")
	}
	say(out, "  exporter    http://%s/", o.exporter)
	say(out, "  Dataverse   %s (TDS over TLS)", o.emulator)
	say(out, "\nLive traffic goes on. Ctrl-C ends the demo and removes its files.\n")
}
