-- all incidents, the newest first
SELECT * FROM incident_summary ORDER BY date DESC, incident
