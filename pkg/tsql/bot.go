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

// botJoins leads from a session to the users that take part in it.
func botJoins(p primary) []string {
	return []string{
		fmt.Sprintf("[msdyn_sessionparticipant] AS %s ON %s.[msdyn_omnichannelsession] = %s.[activityid]", p.participant, p.participant, p.session),
		fmt.Sprintf("[systemuser] AS %s ON %s.[systemuserid] = %s.[msdyn_agentid]", p.user, p.user, p.participant),
	}
}

// botConditions keep the primary participants that are bots. A null application id fails the comparison.
func botConditions(p primary) []string {
	return []string{
		fmt.Sprintf("(%s.[msdyn_mode] = %d OR %s.[msdyn_mode] IS NULL)", p.participant, modePrimary, p.participant),
		fmt.Sprintf("%s.[msdyn_botapplicationid] <> ''", p.user),
	}
}

// exists is the condition that the session is a bot session: that one of its primary participants is a bot, for
// which more conditions may hold.
func (p primary) exists(conditions ...string) string {
	return selection{
		from:  fmt.Sprintf("[msdyn_sessionparticipant] AS %s", p.participant),
		joins: botJoins(p)[1:],
		where: append(append([]string{
			fmt.Sprintf("%s.[msdyn_omnichannelsession] = %s.[activityid]", p.participant, p.session),
		}, botConditions(p)...), conditions...),
	}.exists()
}
