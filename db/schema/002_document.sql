-- Reading: documents, the values told in them, and what they claim.
-- A moment is kept as Extended Date/Time Format (ISO 8601-2) and as the Unix seconds
-- between which it lies; where no offset is known it is reckoned as if it were UTC.

-- The text of one article, post or status thread of a page.
CREATE TABLE document (
    id INTEGER PRIMARY KEY,                          -- number of the document in this file
    page INTEGER NOT NULL REFERENCES page(id),       -- the page that it was read from
    part INTEGER NOT NULL,                           -- its place among the documents of the page, from 0
    key TEXT NOT NULL,                               -- identity: canonical URL, else sha256: and the hash of the text; (2), (3) behind it where one page has several
    current INTEGER NOT NULL CHECK (current IN (0, 1)), -- 1 for the latest revision of its key
    url TEXT NOT NULL,                               -- canonical URL, '' for a file without one
    title TEXT NOT NULL,                             -- title as the page gives it
    site TEXT NOT NULL,                              -- name of the site as the page gives it
    published TEXT NOT NULL,                         -- when it was published, EDTF; '' unknown
    published_from INTEGER,                          -- first second of published
    published_until INTEGER,                         -- first second after published
    published_offset INTEGER,                        -- its seconds east of UTC; NULL unknown
    published_zone TEXT NOT NULL,                    -- its IANA zone or offset as text, '' unknown
    published_source TEXT NOT NULL,                  -- where its date was found
    modified TEXT NOT NULL,                          -- when it was changed last, EDTF; '' unknown
    modified_from INTEGER,                           -- first second of modified
    modified_until INTEGER,                          -- first second after modified
    modified_offset INTEGER,                         -- its seconds east of UTC; NULL unknown
    lang TEXT NOT NULL,                              -- ISO 639-1 language, '' where none could be told
    script TEXT NOT NULL,                            -- ISO 15924 script: Hans, Hant, Latn, ...
    zone TEXT NOT NULL,                              -- IANA zone of the outlet, '' unknown
    channel TEXT NOT NULL,                           -- official, press, aggregator or social; '' unknown
    reader TEXT NOT NULL,                            -- which reader made it: article, feed, status, post, text
    quality TEXT NOT NULL,                           -- what is wrong with it, as a JSON list
    policy TEXT NOT NULL,                            -- opt-outs that the page states, as a JSON list
    links TEXT NOT NULL,                             -- targets of links in the main text, as a JSON list
    print INTEGER NOT NULL,                          -- SimHash of the text, by which reprints are known; 0 too short to tell
    text TEXT NOT NULL,                              -- the text; all spans point into it
    text_sha256 TEXT NOT NULL,                       -- SHA-256 of the text in UTF-8, in hexadecimal
    relevant INTEGER NOT NULL CHECK (relevant IN (0, 1)), -- 1 where it tells of an incident
    relevance REAL NOT NULL,                         -- how surely, 0 to 1
    features TEXT NOT NULL,                          -- why: the terms of the score, as a JSON list
    record TEXT NOT NULL,                            -- the record as JSON, without incident ids; '' if none was given
    rules TEXT NOT NULL,                             -- version of the rules that read it
    UNIQUE (page, part)
) STRICT;
CREATE INDEX document_key ON document(key, current);
CREATE INDEX document_published ON document(published_from) WHERE current = 1;

-- A place in a document where a value is told. Of the values, those of its dimension are set.
CREATE TABLE mention (
    id INTEGER PRIMARY KEY,                          -- number of the mention in this file
    document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE, -- where it stands
    start_byte INTEGER NOT NULL,                     -- first byte in the text
    end_byte INTEGER NOT NULL,                       -- byte after the last
    start_char INTEGER NOT NULL,                     -- first code point in the text
    end_char INTEGER NOT NULL,                       -- code point after the last
    quote TEXT NOT NULL,                             -- the words
    dim TEXT NOT NULL,                               -- dimension: duration, time, count, cause, service, ...
    name TEXT NOT NULL,                              -- name in the phrase file: power, AWS, suspected
    low REAL,                                        -- lower end of a number, or of a duration in seconds
    high REAL,                                       -- upper end
    bound TEXT NOT NULL,                             -- exact, approx, at_least, at_most or range; '' no number
    unit TEXT NOT NULL,                              -- the noun counted, 's' of a duration, '%' of a percentage; '' none
    edtf TEXT NOT NULL,                              -- a time or window in EDTF; '' no time
    moment_from INTEGER,                             -- first second of the time
    moment_until INTEGER,                            -- first second after the time
    moment_offset INTEGER,                           -- seconds east of UTC at its start; NULL unknown
    rule TEXT NOT NULL                               -- phrase file and line that found it
) STRICT;
CREATE INDEX mention_document ON mention(document);
CREATE INDEX mention_dim ON mention(dim, name);

-- A measure of public attention or of trouble told by users.
CREATE TABLE signal (
    id INTEGER PRIMARY KEY,                          -- number of the signal in this file
    document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE, -- where it stands
    start_byte INTEGER NOT NULL,                     -- first byte in the text
    end_byte INTEGER NOT NULL,                       -- byte after the last
    start_char INTEGER NOT NULL,                     -- first code point in the text
    end_char INTEGER NOT NULL,                       -- code point after the last
    quote TEXT NOT NULL,                             -- the words
    type TEXT NOT NULL,                              -- hashtag, downdetector, search_volume, social_posts or quote
    platform TEXT NOT NULL,                          -- as the text names it, '' unknown
    value TEXT NOT NULL,                             -- the tag, or the number as plain digits
    edtf TEXT NOT NULL,                              -- when, EDTF; '' not told
    moment_from INTEGER,                             -- first second of when
    moment_until INTEGER,                            -- first second after when
    moment_offset INTEGER,                           -- its seconds east of UTC; NULL unknown
    rule TEXT NOT NULL                               -- phrase file and line that found it
) STRICT;
CREATE INDEX signal_document ON signal(document);

-- All that one document claims of one incident.
CREATE TABLE report (
    id INTEGER PRIMARY KEY,                          -- number of the report in this file
    document INTEGER NOT NULL REFERENCES document(id) ON DELETE CASCADE, -- who tells
    part INTEGER NOT NULL,                           -- its place among the reports of the document, from 0
    key TEXT NOT NULL,                               -- identity in any file: the document's key, #, and part
    is_primary INTEGER NOT NULL CHECK (is_primary IN (0, 1)), -- 1 for what the document is mainly about
    UNIQUE (document, part)
) STRICT;
CREATE INDEX report_key ON report(key);

-- A value that a document gives to a field of an incident, with the words that say so.
CREATE TABLE claim (
    id INTEGER PRIMARY KEY,                          -- number of the claim in this file
    report INTEGER NOT NULL REFERENCES report(id) ON DELETE CASCADE, -- of which report
    part INTEGER NOT NULL,                           -- its place among the claims of the report, from 0
    field TEXT NOT NULL,                             -- service, provider, kind, date, start, end, duration, count, breakdown, cause or region
    value TEXT NOT NULL,                             -- canonical name (~ before one that is in no table), category or ISO 8601 moment
    low REAL,                                        -- lower end of a count, or of a duration in seconds; NULL if no number
    high REAL,                                       -- upper end
    bound TEXT NOT NULL,                             -- exact, approx, at_least, at_most or range; '' no number
    unit TEXT NOT NULL,                              -- of a count the noun counted, of a service, provider or region its name; '' none
    edtf TEXT NOT NULL,                              -- the moment in EDTF; '' no moment
    moment_from INTEGER,                             -- first second of the moment
    moment_until INTEGER,                            -- first second after the moment
    moment_offset INTEGER,                           -- its seconds east of UTC; NULL unknown
    zone TEXT NOT NULL,                              -- its IANA zone or offset as text, '' unknown
    date_source TEXT NOT NULL,                       -- where its day came from: stated, published, dateline, ...
    year_source TEXT NOT NULL,                       -- where its year came from
    zone_source TEXT NOT NULL,                       -- where its zone came from
    doubt TEXT NOT NULL,                             -- what is odd about the moment, '' nothing
    standing TEXT NOT NULL,                          -- confirmed, suspected, ruled_out or undisclosed
    speaker TEXT NOT NULL,                           -- whose word it is, '' not told
    quote TEXT NOT NULL,                             -- the words that say so
    start_byte INTEGER NOT NULL,                     -- first byte in the document's text
    end_byte INTEGER NOT NULL,                       -- byte after the last
    start_char INTEGER NOT NULL,                     -- first code point in the document's text
    end_char INTEGER NOT NULL,                       -- code point after the last
    rule TEXT NOT NULL,                              -- phrase file and line
    derived TEXT NOT NULL,                           -- '' where told; else from what it was reckoned
    known_from INTEGER NOT NULL,                     -- when it could be known: published, else fetched; Unix seconds
    UNIQUE (report, part)
) STRICT;
CREATE INDEX claim_field ON claim(field, value);
