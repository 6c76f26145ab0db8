-- Incidents: views over reports, with permanent ids.

-- One real-world event as all its reports tell it. A merged or withdrawn one stays, so that its id still means something.
CREATE TABLE incident (
    id TEXT PRIMARY KEY,                             -- permanent id: t- and eight letters or digits
    state TEXT NOT NULL CHECK (state IN ('live', 'merged', 'withdrawn')), -- merged into another, or no report tells of it any more
    merged_into TEXT REFERENCES incident(id),        -- the incident that it is part of now; NULL unless merged
    minted INTEGER NOT NULL,                         -- when the id was given, in Unix seconds
    reports_sha256 TEXT NOT NULL,                    -- SHA-256 of the sorted keys of its reports: equal in any two files; '' if not live
    date TEXT NOT NULL,                              -- the day it began, as much as is told: YYYY-MM-DD, YYYY-MM or YYYY
    start TEXT NOT NULL,                             -- when it began, EDTF; '' unknown
    start_from INTEGER,                              -- first second of start
    start_until INTEGER,                             -- first second after start
    start_offset INTEGER,                            -- its seconds east of UTC; NULL unknown
    end TEXT NOT NULL,                               -- when service was back, EDTF; '' unknown
    end_from INTEGER,                                -- first second of end
    end_until INTEGER,                               -- first second after end
    end_offset INTEGER,                              -- its seconds east of UTC; NULL unknown
    duration REAL,                                   -- how long it lasted, in seconds; NULL unknown
    duration_source TEXT NOT NULL,                   -- told, or reckoned where only start and end are told; '' unknown
    affected_low REAL,                               -- how many were hit at least; NULL unknown
    affected_high REAL,                              -- how many were hit at most
    affected_kind TEXT NOT NULL,                     -- affected_users, problem_reports or other_affected; '' unknown
    cause TEXT NOT NULL,                             -- one of the 13 categories, '' unknown
    cause_standing TEXT NOT NULL,                    -- confirmed or suspected; '' unknown
    kind TEXT NOT NULL,                              -- major_outage, partial_outage, ...; '' unknown
    provider TEXT NOT NULL,                          -- name of the provider, '' unknown
    service TEXT NOT NULL,                           -- the service that failed first, '' unknown
    services TEXT NOT NULL,                          -- all services hit, as a JSON list
    regions TEXT NOT NULL,                           -- all regions hit, as a JSON list
    sources INTEGER NOT NULL,                        -- independent sources that tell of it
    languages TEXT NOT NULL                          -- languages in which it is told, as a JSON list
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_start ON incident(start_from) WHERE state = 'live';

-- Which report belongs to which incident, and why. A report belongs to one.
CREATE TABLE incident_report (
    report_key TEXT PRIMARY KEY,                     -- key of the report; stays when the report is read again
    incident TEXT NOT NULL REFERENCES incident(id),  -- the incident
    why TEXT NOT NULL                                -- what it has in common with the incident's other reports
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_report_incident ON incident_report(incident);

-- Which claim gave a field of an incident its value, and by which rule.
CREATE TABLE incident_choice (
    incident TEXT NOT NULL REFERENCES incident(id),  -- the incident
    claim INTEGER NOT NULL REFERENCES claim(id) ON DELETE CASCADE, -- the claim that prevailed
    rule TEXT NOT NULL,                              -- name of the rule that chose it: only, official, most_supported, median
    support REAL NOT NULL,                           -- independent documents that say the same, weak ones counted half
    against REAL NOT NULL,                           -- those that say something else
    PRIMARY KEY (incident, claim)
) STRICT, WITHOUT ROWID;
CREATE INDEX incident_choice_claim ON incident_choice(claim);

-- The ledger of ids: nothing in it is ever changed.
CREATE TABLE incident_event (
    id INTEGER PRIMARY KEY,                          -- number of the entry
    at INTEGER NOT NULL,                             -- when it was written, in Unix seconds
    action TEXT NOT NULL CHECK (action IN ('mint', 'merge', 'split', 'withdraw', 'revive')), -- what happened
    incident TEXT NOT NULL REFERENCES incident(id),  -- the incident that it happened to
    other TEXT REFERENCES incident(id),              -- merge: what it became part of; split: what it was part of before
    reports TEXT NOT NULL                            -- keys of the reports concerned, as a JSON list
) STRICT;
CREATE INDEX incident_event_incident ON incident_event(incident);

-- Every claim of every incident with the words that say so: the evidence.
CREATE VIEW evidence AS
SELECT
    ir.incident AS incident,                         -- id of the incident
    c.field AS field,                                -- what the claim gives a value to
    c.value AS value,                                -- name, category or ISO 8601 moment
    c.low AS low,                                    -- lower end of a count, or of a duration in seconds
    c.high AS high,                                  -- upper end
    c.bound AS bound,                                -- exact, approx, at_least, at_most or range
    c.unit AS unit,                                  -- the noun counted
    c.edtf AS edtf,                                  -- the moment in EDTF
    c.moment_from AS moment_from,                    -- first second of the moment
    c.moment_until AS moment_until,                  -- first second after the moment
    c.standing AS standing,                          -- confirmed, suspected, ruled_out or undisclosed
    c.speaker AS speaker,                            -- whose word it is
    x.rule AS chosen,                                -- rule by which this claim gave the incident its value; NULL if another did
    c.quote AS quotation,                            -- the words that say so
    d.url AS url,                                    -- where they stand
    d.text_sha256 AS text_sha256,                    -- hash of the text that they stand in
    c.start_byte AS start_byte,                      -- first byte in the text
    c.end_byte AS end_byte,                          -- byte after the last
    c.start_char AS start_char,                      -- first code point in the text
    c.end_char AS end_char,                          -- code point after the last
    c.rule AS rule,                                  -- phrase file and line
    c.derived AS derived,                            -- '' where told; else from what it was reckoned
    d.id AS document,                                -- number of the document
    r.key AS report_key,                             -- identity of the report
    c.id AS claim                                    -- number of the claim
FROM incident_report ir
JOIN report r ON r.key = ir.report_key
JOIN document d ON d.id = r.document AND d.current = 1
JOIN claim c ON c.report = r.id
LEFT JOIN incident_choice x ON x.incident = ir.incident AND x.claim = c.id;

-- One line for each live incident, for reading.
CREATE VIEW incident_summary AS
SELECT
    i.id AS incident,                                -- id of the incident
    i.date AS date,                                  -- the day it began
    i.service AS service,                            -- the service that failed first
    i.provider AS provider,                          -- name of the provider
    i.kind AS kind,                                  -- major_outage, partial_outage, ...
    i.start AS start,                                -- when it began, EDTF
    i.end AS end,                                    -- when service was back, EDTF
    round(i.duration / 60) AS minutes,               -- how long it lasted, in minutes
    i.affected_high AS affected,                     -- how many were hit at most
    i.cause AS cause,                                -- one of the 13 categories
    (SELECT count(*) FROM incident_report ir WHERE ir.incident = i.id) AS reports, -- how many reports tell of it
    i.sources AS sources,                            -- independent sources that tell of it
    i.languages AS languages                         -- languages in which it is told, as a JSON list
FROM incident i
WHERE i.state = 'live';

-- What was asked of each source and what came: for weighing a count by how well it was covered.
CREATE VIEW coverage AS
SELECT
    s.name AS source,                                -- name of the source
    count(t.id) AS asked,                            -- tasks that it led to
    count(t.id) FILTER (WHERE t.state = 'done') AS done, -- tasks that gave a page
    count(t.id) FILTER (WHERE t.state = 'failed') AS failed, -- tasks that gave none
    count(t.id) FILTER (WHERE t.state = 'failed' AND t.reason LIKE 'robots%') AS refused, -- of the failed, those that robots.txt forbids
    count(t.id) FILTER (WHERE t.state = 'skipped') AS skipped, -- tasks left out by a limit
    count(t.id) FILTER (WHERE t.state IN ('queued', 'leased')) AS waiting, -- tasks still to be fetched
    (SELECT count(*) FROM page p WHERE p.source = s.name) AS pages, -- pages kept, revisions counted
    (SELECT count(*) FROM page p JOIN document d ON d.page = p.id AND d.current = 1 WHERE p.source = s.name) AS documents, -- documents read from them
    (SELECT count(*) FROM page p JOIN document d ON d.page = p.id AND d.current = 1 WHERE p.source = s.name AND d.relevant = 1) AS relevant, -- documents that tell of an incident
    (SELECT min(d.published_from) FROM page p JOIN document d ON d.page = p.id AND d.current = 1 WHERE p.source = s.name) AS first_published, -- when the oldest document was published, in Unix seconds
    (SELECT max(d.published_from) FROM page p JOIN document d ON d.page = p.id AND d.current = 1 WHERE p.source = s.name) AS last_published -- when the newest document was published, in Unix seconds
FROM (SELECT name FROM source UNION SELECT source FROM task UNION SELECT source FROM page) s
LEFT JOIN task t ON t.source = s.name
GROUP BY s.name;
