SELECT TOP 1 b.[msdyn_sessioncreatedon] AS [newest]
FROM [msdyn_ocsession] AS b
JOIN [msdyn_ocliveworkitem] AS c ON c.[activityid] = b.[msdyn_liveworkitemid]
WHERE b.[msdyn_sessioncreatedon] >= @p1
    AND b.[msdyn_sessioncreatedon] < @p2
    AND (b.[msdyn_channel] <> 192350000 OR b.[msdyn_channel] IS NULL)
    AND (b.[msdyn_channel] <> 192340000 OR b.[msdyn_channel] IS NULL)
    AND b.[msdyn_channelinstanceid] IS NULL
    AND c.[msdyn_channelinstanceid] IS NULL
    AND (
        NOT EXISTS (
            SELECT 1 AS [found]
            FROM [msdyn_ocsessionparticipantevent] AS e
            WHERE e.[msdyn_sessionid] = b.[activityid]
        )
        OR EXISTS (
            SELECT 1 AS [found]
            FROM [msdyn_ocsessionparticipantevent] AS e
            WHERE e.[msdyn_sessionid] = b.[activityid]
                AND (e.[msdyn_eventreason] <> 192350001 OR e.[msdyn_eventreason] IS NULL)
                AND (e.[msdyn_eventtype] <> 192350001 OR e.[msdyn_eventtype] IS NULL)
        )
    )
    AND EXISTS (
        SELECT 1 AS [found]
        FROM [msdyn_sessionparticipant] AS p
        JOIN [systemuser] AS u ON u.[systemuserid] = p.[msdyn_agentid]
        WHERE p.[msdyn_omnichannelsession] = b.[activityid]
            AND (p.[msdyn_mode] = 192350002 OR p.[msdyn_mode] IS NULL)
            AND u.[msdyn_botapplicationid] <> ''
    )
ORDER BY b.[msdyn_sessioncreatedon] DESC
-- @p1 datetime 2026-03-23T00:00:00Z
-- @p2 datetime 2026-03-30T00:00:00Z
