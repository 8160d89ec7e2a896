/** Saved machines, sessions with their journals, and panic reports that carry all they need to run again. */
export const sql = `
CREATE TABLE machines (
  name TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  platform TEXT NOT NULL,
  model TEXT NOT NULL,
  description TEXT NOT NULL,
  savedAt TEXT NOT NULL
) STRICT;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  description TEXT NOT NULL,
  seed INTEGER NOT NULL,
  startedAt TEXT NOT NULL,
  endedAt TEXT,
  endReason TEXT,
  lastStatus TEXT
) STRICT;

CREATE TABLE journal (
  session TEXT NOT NULL REFERENCES sessions(id) ON DELETE CASCADE,
  sequence INTEGER NOT NULL,
  step INTEGER NOT NULL,
  timeNs INTEGER NOT NULL,
  command TEXT NOT NULL,
  PRIMARY KEY (session, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE crashReports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session TEXT NOT NULL,
  title TEXT NOT NULL,
  machine TEXT NOT NULL,
  model TEXT NOT NULL,
  osVersion TEXT NOT NULL,
  storedAt TEXT NOT NULL,
  timeNs INTEGER NOT NULL,
  step INTEGER NOT NULL,
  digest TEXT NOT NULL,
  seed INTEGER NOT NULL,
  panic TEXT NOT NULL,
  description TEXT NOT NULL,
  journal TEXT NOT NULL,
  unread INTEGER NOT NULL DEFAULT 1,
  deletedAt TEXT
) STRICT;

CREATE INDEX crashReportsByTime ON crashReports (storedAt DESC);
`
