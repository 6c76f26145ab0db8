-- Crawling: where coverage is looked for, what is to be fetched, and what came.
-- The comment above a table or view and the one behind a column are the data dictionary.
-- Moments of the scheduler end in _ms (Unix milliseconds); all others are Unix seconds.

-- Where coverage is looked for. Its limits hold for every task that it led to.
CREATE TABLE source (
    name TEXT PRIMARY KEY,                              -- name in the sources file, or the URL given on the command line
    url TEXT NOT NULL,                                  -- where it begins
    reader TEXT NOT NULL,                               -- what reads its own page: feed, sitemap, status, article, ...
    lang TEXT NOT NULL,                                 -- BCP 47 tag of its pages, '' unknown
    zone TEXT NOT NULL,                                 -- IANA zone of the outlet, '' unknown
    channel TEXT NOT NULL,                              -- official, press, aggregator or social; '' unknown
    delay_ms INTEGER NOT NULL CHECK (delay_ms >= 0),    -- pause of its host after an answer, in milliseconds; 0 the default
    max_depth INTEGER NOT NULL CHECK (max_depth >= -1), -- links followed from its own page; -1 no limit
    max_pages INTEGER NOT NULL CHECK (max_pages >= 0),  -- tasks lent at most in one run; 0 no limit
    spent INTEGER NOT NULL DEFAULT 0                    -- tasks lent in this run, further attempts and redirects not counted
) STRICT, WITHOUT ROWID;

-- The clock of a host: when it may be asked again. Kept by triggers and the frontier.
CREATE TABLE host (
    name TEXT PRIMARY KEY,                 -- host name, with its port if it is not the default one
    next_ms INTEGER NOT NULL DEFAULT 0,    -- not asked before this moment, in Unix milliseconds
    ready_ms INTEGER NOT NULL DEFAULT 0,   -- next_ms, or later where no queued task is due by then
    pause_ms INTEGER NOT NULL DEFAULT 0,   -- pause after an answer that its source sets, in milliseconds; 0 the default
    delay_ms INTEGER NOT NULL DEFAULT 0,   -- pause that the host asked for with its last answer, in milliseconds
    turn INTEGER NOT NULL DEFAULT 0,       -- attempt that was lent last: the smallest has waited longest
    queued INTEGER NOT NULL DEFAULT 0,     -- tasks in state queued
    leased INTEGER NOT NULL DEFAULT 0      -- tasks in state leased
) STRICT, WITHOUT ROWID;

-- The longest-waiting host is the first entry.
CREATE INDEX host_ready ON host(ready_ms, turn) WHERE queued > 0;

-- One URL to fetch. It is queued once, however often it is named.
CREATE TABLE task (
    id INTEGER PRIMARY KEY,                          -- number of the task in this file
    url TEXT NOT NULL UNIQUE,                        -- canonical URL
    host TEXT NOT NULL REFERENCES host(name),        -- whose clock it obeys
    reader TEXT NOT NULL,                            -- what reads the answer: article, feed, sitemap, status, ...
    source TEXT NOT NULL,                            -- name of the source that led here
    depth INTEGER NOT NULL,                          -- links followed from the source's own URL
    priority INTEGER NOT NULL,                       -- higher first within a host
    due_ms INTEGER NOT NULL,                         -- not before this moment, in Unix milliseconds; 0 at once
    referrer TEXT NOT NULL,                          -- URL of the page that named it, '' for a source's own URL
    hops INTEGER NOT NULL,                           -- redirects followed to come here
    state TEXT NOT NULL CHECK (state IN ('queued', 'leased', 'done', 'failed', 'skipped')), -- where it stands
    reason TEXT NOT NULL DEFAULT '',                 -- why it failed, was skipped, or is tried again; 'redirect' where it led on
    attempts INTEGER NOT NULL DEFAULT 0,             -- how often it was lent since it was queued, or queued afresh
    lease INTEGER,                                   -- attempt that may still end it; NULL if none
    expires_ms INTEGER                               -- when the lease runs out, in Unix milliseconds; NULL if not leased
) STRICT;

-- The best task of a host is the first entry of its highest priority.
CREATE INDEX task_best ON task(host, priority DESC, depth, due_ms, id) WHERE state = 'queued';
CREATE INDEX task_due ON task(host, due_ms) WHERE state = 'queued';
CREATE INDEX task_expiry ON task(expires_ms) WHERE state = 'leased';
CREATE INDEX task_source ON task(source, state);

-- The counts of a host follow the states of its tasks.
CREATE TRIGGER task_added AFTER INSERT ON task BEGIN
    UPDATE host SET queued = queued + (new.state = 'queued'), leased = leased + (new.state = 'leased')
    WHERE name = new.host;
END;
CREATE TRIGGER task_moved AFTER UPDATE OF state ON task WHEN old.state <> new.state BEGIN
    UPDATE host SET queued = queued + (new.state = 'queued') - (old.state = 'queued'),
                    leased = leased + (new.state = 'leased') - (old.state = 'leased')
    WHERE name = new.host;
END;

-- One lending of a task and how it ended.
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY AUTOINCREMENT,       -- number of the lease, never used twice
    task INTEGER NOT NULL REFERENCES task(id),  -- what was lent
    number INTEGER NOT NULL,                    -- 1 for the first attempt of the task
    began INTEGER NOT NULL,                     -- when it was lent, in Unix seconds
    ended INTEGER,                              -- when it ended, in Unix seconds; NULL while it is out
    reason TEXT NOT NULL DEFAULT '',            -- why it gave no page, or 'redirect'; '' where it gave one
    page INTEGER REFERENCES page(id)            -- what it gave; NULL if nothing
) STRICT;
CREATE INDEX attempt_task ON attempt(task);

-- A body as it came, kept once however many pages have it.
CREATE TABLE body (
    sha256 TEXT PRIMARY KEY,      -- SHA-256 of the unpacked bytes, in hexadecimal
    size INTEGER NOT NULL,        -- unpacked bytes
    zstd BLOB NOT NULL            -- the bytes, compressed with Zstandard
) STRICT;

-- One answer from the web, as it came. Several pages of one URL are its revisions.
CREATE TABLE page (
    id INTEGER PRIMARY KEY,                          -- number of the page in this file
    url TEXT NOT NULL,                               -- URL that was asked for; '' for a file without one
    source TEXT NOT NULL,                            -- name of the source that led here
    reader TEXT NOT NULL,                            -- what reads it
    status INTEGER NOT NULL,                         -- HTTP status; 0 for a file
    header TEXT NOT NULL,                            -- headers that matter, as a JSON object of lists
    body TEXT NOT NULL REFERENCES body(sha256),      -- what came
    fetched INTEGER NOT NULL,                        -- when it came first, in Unix seconds
    seen INTEGER NOT NULL,                           -- when it came last unchanged, in Unix seconds
    truncated INTEGER NOT NULL CHECK (truncated IN (0, 1)), -- 1 where the body ends at the size limit
    redirect INTEGER NOT NULL CHECK (redirect IN (0, 1)),   -- 1 where it only leads to another URL
    lang TEXT NOT NULL,                              -- BCP 47 tag that the source gives, '' unknown
    zone TEXT NOT NULL,                              -- IANA zone that the source gives, '' unknown
    channel TEXT NOT NULL,                           -- channel that the source gives, '' unknown
    rules TEXT NOT NULL DEFAULT '',                  -- version of the rules that read it last; '' not yet
    reason TEXT NOT NULL DEFAULT ''                  -- why it gave no document; '' where it did
) STRICT;
CREATE INDEX page_url ON page(url, id);
CREATE INDEX page_source ON page(source);
