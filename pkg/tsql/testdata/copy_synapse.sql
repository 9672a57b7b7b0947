SELECT
    d.[g0] AS [g0],
    COUNT(DISTINCT d.[conversation]) AS [total],
    COUNT(DISTINCT CASE WHEN d.[escalated] = 1 THEN d.[conversation] END) AS [escalated],
    COUNT(DISTINCT CASE WHEN d.[is_open] = 1 THEN d.[conversation] END)
        - COUNT(DISTINCT CASE WHEN d.[is_open] = 1 AND d.[escalated] = 1 THEN d.[conversation] END) AS [in_progress]
FROM (
    SELECT
        LOWER(c.[activityid]) AS [conversation],
        LOWER(u.[systemuserid]) AS [g0],
        CASE
            WHEN b.[msdyn_closurereason] IN (192350026, 192350029, 192350030, 192350031, 192350036, 192350037, 192350038) THEN 1
            WHEN EXISTS (
                SELECT 1 AS [found]
                FROM [msdyn_ocsession_partitioned] AS a
                WHERE LOWER(a.[msdyn_liveworkitemid]) = LOWER(b.[msdyn_liveworkitemid])
                    AND a.[msdyn_sessioncreatedon] >= b.[msdyn_sessioncreatedon]
                    AND NOT EXISTS (
                        SELECT 1 AS [found]
                        FROM [msdyn_sessionparticipant_partitioned] AS ap
                        JOIN [systemuser_partitioned] AS au ON LOWER(au.[systemuserid]) = LOWER(ap.[msdyn_agentid]) AND (au.[isDeleted] <> 'True' OR au.[isDeleted] IS NULL) AND NOT EXISTS (
                            SELECT 1 AS [found]
                            FROM [systemuser_partitioned] AS auv
                            WHERE LOWER(auv.[Id]) = LOWER(au.[Id])
                                AND (auv.[versionnumber] > au.[versionnumber] OR auv.[versionnumber] = au.[versionnumber] AND auv.[SinkModifiedOn] > au.[SinkModifiedOn])
                        )
                        WHERE LOWER(ap.[msdyn_omnichannelsession]) = LOWER(a.[activityid])
                            AND (ap.[isDeleted] <> 'True' OR ap.[isDeleted] IS NULL)
                            AND NOT EXISTS (
                                SELECT 1 AS [found]
                                FROM [msdyn_sessionparticipant_partitioned] AS apv
                                WHERE LOWER(apv.[Id]) = LOWER(ap.[Id])
                                    AND (apv.[versionnumber] > ap.[versionnumber] OR apv.[versionnumber] = ap.[versionnumber] AND apv.[SinkModifiedOn] > ap.[SinkModifiedOn])
                            )
                            AND (ap.[msdyn_mode] = 192350002 OR ap.[msdyn_mode] IS NULL)
                            AND au.[msdyn_botapplicationid] <> ''
                    )
                    AND (a.[isDeleted] <> 'True' OR a.[isDeleted] IS NULL)
                    AND NOT EXISTS (
                        SELECT 1 AS [found]
                        FROM [msdyn_ocsession_partitioned] AS av
                        WHERE LOWER(av.[Id]) = LOWER(a.[Id])
                            AND (av.[versionnumber] > a.[versionnumber] OR av.[versionnumber] = a.[versionnumber] AND av.[SinkModifiedOn] > a.[SinkModifiedOn])
                    )
            ) THEN 1
            ELSE 0
        END AS [escalated],
        CASE WHEN c.[statuscode] IN (1, 2, 3, 5) THEN 1 ELSE 0 END AS [is_open]
    FROM [msdyn_ocsession_partitioned] AS b
    JOIN [msdyn_ocliveworkitem_partitioned] AS c ON LOWER(c.[activityid]) = LOWER(b.[msdyn_liveworkitemid]) AND (c.[isDeleted] <> 'True' OR c.[isDeleted] IS NULL) AND NOT EXISTS (
        SELECT 1 AS [found]
        FROM [msdyn_ocliveworkitem_partitioned] AS cv
        WHERE LOWER(cv.[Id]) = LOWER(c.[Id])
            AND (cv.[versionnumber] > c.[versionnumber] OR cv.[versionnumber] = c.[versionnumber] AND cv.[SinkModifiedOn] > c.[SinkModifiedOn])
    )
    JOIN [msdyn_sessionparticipant_partitioned] AS p ON LOWER(p.[msdyn_omnichannelsession]) = LOWER(b.[activityid]) AND (p.[isDeleted] <> 'True' OR p.[isDeleted] IS NULL) AND NOT EXISTS (
        SELECT 1 AS [found]
        FROM [msdyn_sessionparticipant_partitioned] AS pv
        WHERE LOWER(pv.[Id]) = LOWER(p.[Id])
            AND (pv.[versionnumber] > p.[versionnumber] OR pv.[versionnumber] = p.[versionnumber] AND pv.[SinkModifiedOn] > p.[SinkModifiedOn])
    )
    JOIN [systemuser_partitioned] AS u ON LOWER(u.[systemuserid]) = LOWER(p.[msdyn_agentid]) AND (u.[isDeleted] <> 'True' OR u.[isDeleted] IS NULL) AND NOT EXISTS (
        SELECT 1 AS [found]
        FROM [systemuser_partitioned] AS uv
        WHERE LOWER(uv.[Id]) = LOWER(u.[Id])
            AND (uv.[versionnumber] > u.[versionnumber] OR uv.[versionnumber] = u.[versionnumber] AND uv.[SinkModifiedOn] > u.[SinkModifiedOn])
    )
    WHERE (b.[isDeleted] <> 'True' OR b.[isDeleted] IS NULL)
        AND NOT EXISTS (
            SELECT 1 AS [found]
            FROM [msdyn_ocsession_partitioned] AS bv
            WHERE LOWER(bv.[Id]) = LOWER(b.[Id])
                AND (bv.[versionnumber] > b.[versionnumber] OR bv.[versionnumber] = b.[versionnumber] AND bv.[SinkModifiedOn] > b.[SinkModifiedOn])
        )
        AND b.[msdyn_sessioncreatedon] >= @p1
        AND b.[msdyn_sessioncreatedon] < @p2
        AND (b.[msdyn_channel] <> 192350000 OR b.[msdyn_channel] IS NULL)
        AND (b.[msdyn_channel] <> 192340000 OR b.[msdyn_channel] IS NULL)
        AND b.[msdyn_channelinstanceid] IS NULL
        AND c.[msdyn_channelinstanceid] IS NULL
        AND (
            NOT EXISTS (
                SELECT 1 AS [found]
                FROM [msdyn_ocsessionparticipantevent_partitioned] AS e
                WHERE LOWER(e.[msdyn_sessionid]) = LOWER(b.[activityid])
                    AND (e.[isDeleted] <> 'True' OR e.[isDeleted] IS NULL)
                    AND NOT EXISTS (
                        SELECT 1 AS [found]
                        FROM [msdyn_ocsessionparticipantevent_partitioned] AS ev
                        WHERE LOWER(ev.[Id]) = LOWER(e.[Id])
                            AND (ev.[versionnumber] > e.[versionnumber] OR ev.[versionnumber] = e.[versionnumber] AND ev.[SinkModifiedOn] > e.[SinkModifiedOn])
                    )
            )
            OR EXISTS (
                SELECT 1 AS [found]
                FROM [msdyn_ocsessionparticipantevent_partitioned] AS e
                WHERE LOWER(e.[msdyn_sessionid]) = LOWER(b.[activityid])
                    AND (e.[isDeleted] <> 'True' OR e.[isDeleted] IS NULL)
                    AND NOT EXISTS (
                        SELECT 1 AS [found]
                        FROM [msdyn_ocsessionparticipantevent_partitioned] AS ev
                        WHERE LOWER(ev.[Id]) = LOWER(e.[Id])
                            AND (ev.[versionnumber] > e.[versionnumber] OR ev.[versionnumber] = e.[versionnumber] AND ev.[SinkModifiedOn] > e.[SinkModifiedOn])
                    )
                    AND (e.[msdyn_eventreason] <> 192350001 OR e.[msdyn_eventreason] IS NULL)
                    AND (e.[msdyn_eventtype] <> 192350001 OR e.[msdyn_eventtype] IS NULL)
            )
        )
        AND LOWER(b.[msdyn_cdsqueueid]) IN (@p3)
        AND (p.[msdyn_mode] = 192350002 OR p.[msdyn_mode] IS NULL)
        AND u.[msdyn_botapplicationid] <> ''
) AS d
GROUP BY d.[g0]
-- @p1 datetime 2026-03-23T00:00:00Z
-- @p2 datetime 2026-03-30T00:00:00Z
-- @p3 nvarchar aa000000-0000-0000-0000-000000000001
