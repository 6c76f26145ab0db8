-- URLs and pages that gave nothing, and why
SELECT 'task' AS what, url, reason FROM task WHERE state IN ('failed', 'skipped')
UNION ALL
SELECT 'page', url, reason FROM page WHERE reason <> '' ORDER BY 1, 2
