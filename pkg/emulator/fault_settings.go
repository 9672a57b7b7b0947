package emulator

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// faultSettings are the fields of Fault beside its name, as people write them.
var faultSettings = []string{"probability", "count", "duration", "delay", "containing", "target"}

// set reads a setting.
func (f *Fault) set(setting, text string) (err error) {
	switch setting {
	case "probability":
		if f.Probability, err = strconv.ParseFloat(text, 64); err != nil {
			return errors.New("give a number from 0 to 1")
		}
	case "count":
		if f.Count, err = strconv.Atoi(text); err != nil {
			return errors.New("give a whole number")
		}
	case "duration":
		f.Duration, err = parseDuration(text)
	case "delay":
		f.Delay, err = parseDuration(text)
	case "containing":
		f.Containing = text
	case "target":
		f.Target = text
	default:
		return errors.New("unknown: the settings are " + strings.Join(faultSettings, ", "))
	}
	return err
}

// setAll reads settings; what is empty keeps its default.
func (f *Fault) setAll(texts map[string]string) error {
	for _, setting := range faultSettings {
		if text := texts[setting]; text != "" {
			if err := f.set(setting, text); err != nil {
				return fmt.Errorf("%s %q: %w", setting, text, err)
			}
		}
	}
	return nil
}

func parseDuration(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, errors.New("give one such as 1m30s")
	}
	return d, nil
}

// ParseFault reads a fault as a command line has it: its name, then settings, all parted by commas, for example
//
//	throttle_time,probability=0.05,duration=10m
//
// The settings are the fields of Fault in lower case. A text with a comma cannot be given as containing.
func ParseFault(text string) (Fault, error) {
	name, settings, _ := strings.Cut(text, ",")
	fault := Fault{Name: FaultName(name)}
	if _, ok := faultKinds[fault.Name]; !ok {
		return Fault{}, unknownFault(name)
	}
	if settings == "" {
		return fault, nil
	}
	for setting := range strings.SplitSeq(settings, ",") {
		key, value, _ := strings.Cut(setting, "=")
		if err := fault.set(key, value); err != nil {
			return Fault{}, fmt.Errorf("fault %s: setting %q: %w", name, setting, err)
		}
	}
	return fault, nil
}
