-- how many incidents each cause has, and how long they lasted
SELECT coalesce(nullif(cause, ''), 'not told') AS cause, count(*) AS incidents,
    sum(cause_standing = 'confirmed') AS confirmed, round(avg(duration) / 60) AS mean_minutes
FROM incident WHERE state = 'live' GROUP BY 1 ORDER BY incidents DESC, 1
