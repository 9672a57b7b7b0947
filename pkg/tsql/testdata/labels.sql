SELECT
    t.[systemuserid] AS [id],
    t.[fullname] AS [label]
FROM [systemuser] AS t
WHERE t.[systemuserid] IN (@p1, @p2)
-- @p1 uniqueidentifier aa000000-0000-0000-0000-000000000001
-- @p2 uniqueidentifier aa000000-0000-0000-0000-000000000002
