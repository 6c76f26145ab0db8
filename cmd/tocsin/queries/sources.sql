-- what was asked of each source, and what came
SELECT * FROM coverage ORDER BY source
