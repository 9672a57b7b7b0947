package emulator

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

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
		var err error
		switch key {
		case "probability":
			fault.Probability, err = strconv.ParseFloat(value, 64)
		case "count":
			fault.Count, err = strconv.Atoi(value)
		case "duration":
			fault.Duration, err = time.ParseDuration(value)
		case "delay":
			fault.Delay, err = time.ParseDuration(value)
		case "containing":
			fault.Containing = value
		case "target":
			fault.Target = value
		default:
			err = errors.New("unknown: the settings are probability, count, duration, delay, containing and target")
		}
		if err != nil {
			return Fault{}, fmt.Errorf("fault %s: setting %q: %w", name, setting, err)
		}
	}
	return fault, nil
}
