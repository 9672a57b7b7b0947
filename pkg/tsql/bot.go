package tsql

import "fmt"

// primary names the aliases of a session's primary participants and their users.
type primary struct {
	session, participant, user string
}

var (
	primaryBots      = primary{"b", "p", "u"}
	primaryAgentBots = primary{"a", "ap", "au"}
)

// joins lead from a session to the users that take part in it.
func (p primary) joins(d Dialect) []string {
	return []string{d.join("msdyn_sessionparticipant", p.participant, p.takesPart(d)), p.joinUser(d)}
}

func (p primary) takesPart(d Dialect) string {
	return d.id(p.participant+".[msdyn_omnichannelsession]") + " = " + d.id(p.session+".[activityid]")
}

func (p primary) joinUser(d Dialect) string {
	return d.join("systemuser", p.user, d.id(p.user+".[systemuserid]")+" = "+d.id(p.participant+".[msdyn_agentid]"))
}

// id is the expression for the id of a session's user.
func (p primary) id(d Dialect) string { return d.id(p.user + ".[systemuserid]") }

// areBots keep the primary participants that are bots. A null application id fails the comparison.
func (p primary) areBots() []string {
	return []string{
		fmt.Sprintf("(%s.[msdyn_mode] = %d OR %s.[msdyn_mode] IS NULL)", p.participant, modePrimary, p.participant),
		fmt.Sprintf("%s.[msdyn_botapplicationid] <> ''", p.user),
	}
}

// exists is the condition that the session is a bot session: that one of its primary participants is a bot, for
// which more conditions may hold.
func (p primary) exists(d Dialect, conditions ...string) string {
	s := d.rows("msdyn_sessionparticipant", p.participant, p.takesPart(d))
	s.joins = []string{p.joinUser(d)}
	s.where = append(append(s.where, p.areBots()...), conditions...)
	return s.exists()
}
