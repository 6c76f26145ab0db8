-- fields of an incident for which reports give more than one value
SELECT e.incident, i.service, i.date, e.field, count(DISTINCT e.document) AS documents,
    group_concat(DISTINCT coalesce(nullif(e.value, ''), e.edtf) || coalesce(' ' || round(e.high), '')) AS told
FROM evidence e JOIN incident i ON i.id = e.incident
WHERE e.field IN ('start', 'end', 'duration', 'count', 'cause', 'kind') AND e.standing <> 'ruled_out'
GROUP BY e.incident, e.field
HAVING count(DISTINCT e.value || '/' || e.edtf || '/' || coalesce(e.high, '')) > 1
ORDER BY i.date DESC, e.incident, e.field
