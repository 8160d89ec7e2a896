/**
 * One library of reports: panics of own machines beside files that were brought in, each kept whole with its record.
 * Full-text search over all of them; tags and notes; the user's groups.
 */
export const sql = `
CREATE TABLE reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('machine-panic', 'panic', 'crash', 'registry')),
  name TEXT NOT NULL,
  title TEXT NOT NULL,
  subtitle TEXT NOT NULL,
  model TEXT NOT NULL,
  osVersion TEXT NOT NULL,
  class TEXT NOT NULL,
  kexts TEXT NOT NULL,
  groupKey TEXT,
  fingerprint TEXT,
  algorithm TEXT,
  happenedAt TEXT,
  storedAt TEXT NOT NULL,
  timeNs INTEGER NOT NULL DEFAULT 0,
  sizeBytes INTEGER NOT NULL,
  sha256 TEXT,
  notes TEXT NOT NULL DEFAULT '',
  unread INTEGER NOT NULL DEFAULT 1,
  deletedAt TEXT
) STRICT;
CREATE INDEX reportsByTime ON reports (storedAt DESC, id DESC);
CREATE INDEX reportsBySum ON reports (sha256);

CREATE TABLE reportFiles (
  report INTEGER PRIMARY KEY REFERENCES reports(id) ON DELETE CASCADE,
  bytes BLOB NOT NULL,
  packing TEXT NOT NULL CHECK (packing IN ('none', 'deflate')),
  record TEXT NOT NULL
) STRICT;

CREATE TABLE machineRuns (
  report INTEGER PRIMARY KEY REFERENCES reports(id) ON DELETE CASCADE,
  session TEXT NOT NULL,
  step INTEGER NOT NULL,
  digest TEXT NOT NULL,
  seed INTEGER NOT NULL,
  panic TEXT NOT NULL,
  description TEXT NOT NULL,
  journal TEXT NOT NULL
) STRICT;
CREATE INDEX machineRunsBySession ON machineRuns (session);

CREATE TABLE reportTags (
  report INTEGER NOT NULL REFERENCES reports(id) ON DELETE CASCADE,
  tag TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY (report, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE groupMerges (groupKey TEXT PRIMARY KEY, target TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE groupSplits (report INTEGER PRIMARY KEY REFERENCES reports(id) ON DELETE CASCADE) STRICT;
CREATE TABLE groupRules (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL,
  field TEXT NOT NULL CHECK (field IN ('title', 'subtitle', 'class', 'kext', 'name')),
  contains TEXT NOT NULL
) STRICT;

CREATE VIRTUAL TABLE reportText USING fts5 (
  title, words, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);
CREATE VIRTUAL TABLE noteText USING fts5 (notes, tokenize = "unicode61 remove_diacritics 2");

INSERT INTO reports (id, kind, name, title, subtitle, model, osVersion, class, kexts, storedAt, timeNs, sizeBytes, unread, deletedAt)
  SELECT id, 'machine-panic', machine, title, '', model, osVersion, '', json_extract(panic, '$.backtraceKexts'), storedAt, timeNs,
    length(json_extract(panic, '$.text')), unread, deletedAt FROM crashReports ORDER BY id;
INSERT INTO machineRuns (report, session, step, digest, seed, panic, description, journal)
  SELECT id, session, step, digest, seed, panic, description, journal FROM crashReports;
INSERT INTO reportText (rowid, title, words)
  SELECT id, title, json_extract(panic, '$.text') FROM crashReports;
DROP TABLE crashReports;
`
