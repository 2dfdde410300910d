-- Detaches partitions whose time is over and drops them; those with a row under hold stay whole. It can be run again at any time:
-- what an interruption left half-way is finished first.
SET lock_timeout = '3s';
SET statement_timeout = 0;
SET client_min_messages = warning;

SELECT format('ALTER TABLE %s DETACH PARTITION %s FINALIZE', inhparent::regclass, inhrelid::regclass)
FROM pg_inherits JOIN dbarch_retention.rule ON place = inhparent WHERE inhdetachpending \gexec

INSERT INTO dbarch_retention.leaving (part, parent)
SELECT part::text, parent::text FROM dbarch_retention.partitions_over() WHERE NOT is_held ON CONFLICT (part) DO NOTHING;

SELECT format('ALTER TABLE %s DETACH PARTITION %s%s', inhparent::regclass, inhrelid::regclass,
    CASE WHEN EXISTS (SELECT FROM pg_partitioned_table AS p WHERE p.partrelid = inhparent AND p.partdefid <> 0) THEN '' ELSE ' CONCURRENTLY' END)
FROM dbarch_retention.leaving JOIN pg_inherits ON inhrelid = to_regclass(part) \gexec

SELECT format('DROP TABLE %s', to_regclass(part)) FROM dbarch_retention.leaving
WHERE to_regclass(part) IS NOT NULL AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = to_regclass(part)) \gexec

WITH gone AS (DELETE FROM dbarch_retention.leaving WHERE to_regclass(part) IS NULL RETURNING part, parent)
INSERT INTO dbarch_retention.done (place, what) SELECT parent, 'dropped partition ' || part FROM gone ORDER BY part;
