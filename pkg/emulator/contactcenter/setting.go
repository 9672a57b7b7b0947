package contactcenter

// settings are those of a scenario by name; the zero value changes nothing.
type settings struct{ scenario Scenario }

func (s *Scenario) settings() settings {
	if s == nil {
		return settings{}
	}
	return settings{*s}
}

func (s settings) deflection(name string, usual float64) float64 {
	for _, b := range s.scenario.Bots {
		if b.Bot == name && b.Deflection != nil {
			usual = *b.Deflection
		}
	}
	return usual
}

func (s settings) queue(q *queue) {
	for _, setting := range s.scenario.Queues {
		if setting.Queue != q.name {
			continue
		}
		if setting.Wait != nil {
			q.wait = *setting.Wait
		}
		if setting.Patience != nil {
			q.patience = *setting.Patience
		}
	}
}

// line changes a line and returns its share.
func (s settings) line(l *line, share float64) float64 {
	for _, setting := range s.scenario.Lines {
		if setting.Line != l.name {
			continue
		}
		if setting.Share != nil {
			share = *setting.Share
		}
		if setting.Direct != nil {
			l.direct = *setting.Direct
		}
		if setting.Months != nil {
			l.months = setting.Months
		}
	}
	return share
}
