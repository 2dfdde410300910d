-- a link shortener on Cloudflare D1
CREATE TABLE users (id TEXT PRIMARY KEY NOT NULL, email TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;
CREATE TABLE links (
  slug TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  url TEXT NOT NULL,
  clicks INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX links_user ON links(user_id, created_at);
CREATE TABLE clicks (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL REFERENCES links(slug) ON DELETE CASCADE,
  at INTEGER NOT NULL,
  country TEXT,
  referrer TEXT
) STRICT;
CREATE INDEX clicks_slug_at ON clicks(slug, at);
