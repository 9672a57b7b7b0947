package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/data"

	"github.com/dataverse-tally/tally/pkg/internal/pluginhost"
)

// asker asks the plugin as Grafana does: with the settings of a data source, and the JSON that a panel saves.
type asker struct {
	host   *pluginhost.Host
	plugin backend.PluginContext
}

func newAsker(host *pluginhost.Host, address, tokenFile, caFile string) (*asker, error) {
	token, err := os.ReadFile(tokenFile)
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(caFile)
	if err != nil {
		return nil, err
	}
	settings, err := json.Marshal(map[string]any{
		"environment":      "https://" + address,
		"azureCredentials": map[string]string{"authType": "accesstoken"},
	})
	if err != nil {
		return nil, err
	}
	source := &backend.DataSourceInstanceSettings{
		UID: "tally-demo", Name: "Embedded Dataverse", Type: "tally-dataverse-datasource", Updated: time.Now(), JSONData: settings,
		DecryptedSecureJSONData: map[string]string{"accessToken": strings.TrimSpace(string(token)), "tlsCACert": string(ca)},
	}
	return &asker{host: host, plugin: backend.PluginContext{
		Namespace: "default", PluginID: source.Type, DataSourceInstanceSettings: source}}, nil
}

// counts are the metrics of one cell, by their name.
type counts struct {
	total, escalated, deflected, inProgress float64
	deflectionRate                          *float64
}

func (c counts) line() string {
	rate := "–"
	if c.deflectionRate != nil {
		rate = fmt.Sprintf("%.0f %%", *c.deflectionRate*100)
	}
	return fmt.Sprintf("%.0f bot conversations, %.0f escalated, %.0f deflected (%s), %.0f in progress",
		c.total, c.escalated, c.deflected, rate, c.inProgress)
}

// lastDay asks for the totals of the last 24 hours, of the real-time view. Today would be next to nothing soon after
// midnight.
func (a *asker) lastDay(ctx context.Context) (counts, error) {
	frame, err := a.ask(ctx, map[string]any{
		"view": "realtime", "window": "last_24h",
		"metrics": []string{"total", "escalated", "deflected", "in_progress", "deflection_rate"},
	})
	if err != nil {
		return counts{}, err
	}
	var c counts
	for i, target := range []*float64{&c.total, &c.escalated, &c.deflected, &c.inProgress} {
		if *target, err = frame.FloatAt(i, 0); err != nil {
			return counts{}, err
		}
	}
	if value, ok := frame.ConcreteAt(4, 0); ok {
		rate, _ := value.(float64)
		c.deflectionRate = &rate
	}
	return c, nil
}

// hour is one bucket of the series.
type hour struct {
	start            time.Time
	total, escalated float64
}

// hours asks for the last 24 hours by the hour.
func (a *asker) hours(ctx context.Context) ([]hour, error) {
	frame, err := a.ask(ctx, map[string]any{"bucket": "1h", "metrics": []string{"total", "escalated"}})
	if err != nil {
		return nil, err
	}
	hours := make([]hour, frame.Rows())
	for row := range hours {
		start, ok := frame.ConcreteAt(0, row)
		if !ok {
			return nil, fmt.Errorf("the answer has no time in row %d", row)
		}
		hours[row].start, _ = start.(time.Time)
		if hours[row].total, err = frame.FloatAt(1, row); err != nil {
			return nil, err
		}
		if hours[row].escalated, err = frame.FloatAt(2, row); err != nil {
			return nil, err
		}
	}
	return hours, nil
}

// ask runs one query over the last 24 hours and returns its one frame.
func (a *asker) ask(ctx context.Context, query map[string]any) (*data.Frame, error) {
	body, err := json.Marshal(query)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC()
	answer, err := a.host.QueryData(ctx, &backend.QueryDataRequest{PluginContext: a.plugin, Queries: []backend.DataQuery{{
		RefID: "A", JSON: body, TimeRange: backend.TimeRange{From: now.Add(-24 * time.Hour), To: now},
		Interval: time.Hour, MaxDataPoints: 100,
	}}})
	if err != nil {
		return nil, err
	}
	response := answer.Responses["A"]
	if response.Error != nil {
		return nil, response.Error
	}
	if len(response.Frames) != 1 {
		return nil, fmt.Errorf("the answer has %d frames instead of one", len(response.Frames))
	}
	return response.Frames[0], nil
}
