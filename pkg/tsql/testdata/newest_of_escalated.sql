SELECT TOP 1 d.[newest] AS [newest]
FROM (
    SELECT
        c.[activityid] AS [conversation],
        CASE
            WHEN b.[msdyn_closurereason] IN (192350026, 192350029, 192350030, 192350031, 192350036, 192350037, 192350038) THEN 1
            WHEN EXISTS (
                SELECT 1 AS [found]
                FROM [msdyn_ocsession] AS a
                WHERE a.[msdyn_liveworkitemid] = b.[msdyn_liveworkitemid]
                    AND a.[msdyn_sessioncreatedon] >= b.[msdyn_sessioncreatedon]
                    AND NOT EXISTS (
                        SELECT 1 AS [found]
                        FROM [msdyn_sessionparticipant] AS ap
                        JOIN [systemuser] AS au ON au.[systemuserid] = ap.[msdyn_agentid]
                        WHERE ap.[msdyn_omnichannelsession] = a.[activityid]
                            AND (ap.[msdyn_mode] = 192350002 OR ap.[msdyn_mode] IS NULL)
                            AND au.[msdyn_botapplicationid] <> ''
                    )
            ) THEN 1
            ELSE 0
        END AS [escalated],
        CASE WHEN c.[statuscode] IN (1, 2, 3, 5) THEN 1 ELSE 0 END AS [is_open],
        CASE WHEN EXISTS (
            SELECT 1 AS [found]
            FROM [msdyn_ocsession] AS b
            WHERE b.[msdyn_liveworkitemid] = c.[activityid]
                AND b.[msdyn_sessioncreatedon] >= @p1
                AND b.[msdyn_sessioncreatedon] < @p2
                AND (b.[msdyn_channel] <> 192350000 OR b.[msdyn_channel] IS NULL)
                AND (b.[msdyn_channel] <> 192340000 OR b.[msdyn_channel] IS NULL)
                AND b.[msdyn_channelinstanceid] IS NULL
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
                AND (
                    b.[msdyn_closurereason] IN (192350026, 192350029, 192350030, 192350031, 192350036, 192350037, 192350038)
                    OR EXISTS (
                        SELECT 1 AS [found]
                        FROM [msdyn_ocsession] AS a
                        WHERE a.[msdyn_liveworkitemid] = b.[msdyn_liveworkitemid]
                            AND a.[msdyn_sessioncreatedon] >= b.[msdyn_sessioncreatedon]
                            AND NOT EXISTS (
                                SELECT 1 AS [found]
                                FROM [msdyn_sessionparticipant] AS ap
                                JOIN [systemuser] AS au ON au.[systemuserid] = ap.[msdyn_agentid]
                                WHERE ap.[msdyn_omnichannelsession] = a.[activityid]
                                    AND (ap.[msdyn_mode] = 192350002 OR ap.[msdyn_mode] IS NULL)
                                    AND au.[msdyn_botapplicationid] <> ''
                            )
                    )
                )
        ) THEN 1 ELSE 0 END AS [verdict],
        b.[msdyn_sessioncreatedon] AS [newest]
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
) AS d
WHERE d.[verdict] = 1
ORDER BY d.[newest] DESC
-- @p1 datetime 2026-03-23T00:00:00Z
-- @p2 datetime 2026-03-30T00:00:00Z
