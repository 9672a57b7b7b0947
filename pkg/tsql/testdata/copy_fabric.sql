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
                FROM [msdyn_ocsession] AS a
                WHERE LOWER(a.[msdyn_liveworkitemid]) = LOWER(b.[msdyn_liveworkitemid])
                    AND a.[msdyn_sessioncreatedon] >= b.[msdyn_sessioncreatedon]
                    AND NOT EXISTS (
                        SELECT 1 AS [found]
                        FROM [msdyn_sessionparticipant] AS ap
                        JOIN [systemuser] AS au ON LOWER(au.[systemuserid]) = LOWER(ap.[msdyn_agentid]) AND (au.[IsDelete] <> 'True' OR au.[IsDelete] IS NULL)
                        WHERE LOWER(ap.[msdyn_omnichannelsession]) = LOWER(a.[activityid])
                            AND (ap.[IsDelete] <> 'True' OR ap.[IsDelete] IS NULL)
                            AND (ap.[msdyn_mode] = 192350002 OR ap.[msdyn_mode] IS NULL)
                            AND au.[msdyn_botapplicationid] <> ''
                    )
                    AND (a.[IsDelete] <> 'True' OR a.[IsDelete] IS NULL)
            ) THEN 1
            ELSE 0
        END AS [escalated],
        CASE WHEN c.[statuscode] IN (1, 2, 3, 5) THEN 1 ELSE 0 END AS [is_open]
    FROM [msdyn_ocsession] AS b
    JOIN [msdyn_ocliveworkitem] AS c ON LOWER(c.[activityid]) = LOWER(b.[msdyn_liveworkitemid]) AND (c.[IsDelete] <> 'True' OR c.[IsDelete] IS NULL)
    JOIN [msdyn_sessionparticipant] AS p ON LOWER(p.[msdyn_omnichannelsession]) = LOWER(b.[activityid]) AND (p.[IsDelete] <> 'True' OR p.[IsDelete] IS NULL)
    JOIN [systemuser] AS u ON LOWER(u.[systemuserid]) = LOWER(p.[msdyn_agentid]) AND (u.[IsDelete] <> 'True' OR u.[IsDelete] IS NULL)
    WHERE (b.[IsDelete] <> 'True' OR b.[IsDelete] IS NULL)
        AND b.[msdyn_sessioncreatedon] >= @p1
        AND b.[msdyn_sessioncreatedon] < @p2
        AND (b.[msdyn_channel] <> 192350000 OR b.[msdyn_channel] IS NULL)
        AND (b.[msdyn_channel] <> 192340000 OR b.[msdyn_channel] IS NULL)
        AND b.[msdyn_channelinstanceid] IS NULL
        AND c.[msdyn_channelinstanceid] IS NULL
        AND (
            NOT EXISTS (
                SELECT 1 AS [found]
                FROM [msdyn_ocsessionparticipantevent] AS e
                WHERE LOWER(e.[msdyn_sessionid]) = LOWER(b.[activityid])
                    AND (e.[IsDelete] <> 'True' OR e.[IsDelete] IS NULL)
            )
            OR EXISTS (
                SELECT 1 AS [found]
                FROM [msdyn_ocsessionparticipantevent] AS e
                WHERE LOWER(e.[msdyn_sessionid]) = LOWER(b.[activityid])
                    AND (e.[IsDelete] <> 'True' OR e.[IsDelete] IS NULL)
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
