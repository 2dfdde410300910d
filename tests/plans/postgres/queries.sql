-- name: seq_scan_filter
SELECT * FROM orders WHERE total + 1 = 77;
-- name: index_scan
SELECT * FROM orders WHERE id = 77;
-- name: index_scan_backward
SELECT * FROM orders ORDER BY id DESC LIMIT 5;
-- name: index_only_scan
SELECT count(*) FROM orders WHERE id BETWEEN 10 AND 900;
-- name: index_with_filter
SELECT * FROM orders WHERE id BETWEEN 10 AND 900 AND status = 'open' AND total > 5;
-- name: bitmap
SELECT * FROM orders o WHERE account_id = 7;
-- name: bitmap_or
SELECT * FROM orders WHERE account_id = 7 OR total = 3;
-- name: bitmap_and
SELECT * FROM orders WHERE account_id BETWEEN 1 AND 90 AND total BETWEEN 1 AND 30;
-- name: bitmap_lossy
-- set: work_mem=64kB, enable_indexscan=off, enable_seqscan=off
SELECT count(sku) FROM shop.line WHERE order_id BETWEEN 1 AND 9000;
-- name: quoted_index_and_column
SELECT "we ird ->" FROM account a JOIN orders ON orders.total = a.id WHERE "we ird ->" = 1 AND total = 3;
-- name: nested_loop
SELECT * FROM account a JOIN orders o ON o.account_id = a.id WHERE a.id < 5;
-- name: nested_loop_left
SELECT * FROM account a LEFT JOIN orders o ON o.account_id = a.id AND o.total > 500 WHERE a.id < 5;
-- name: hash_join
SELECT * FROM account a JOIN orders o ON o.account_id = a.id;
-- name: hash_left_join
SELECT * FROM orders o LEFT JOIN account a ON o.account_id = a.id AND a.region = 3;
-- name: hash_full_join
SELECT * FROM orders o FULL JOIN account a ON o.account_id = a.id;
-- name: hash_anti_join
SELECT * FROM account a WHERE NOT EXISTS (SELECT FROM orders o WHERE o.account_id = a.id AND o.status = 'open');
-- name: hash_semi_join
SELECT * FROM account a WHERE EXISTS (SELECT FROM orders o WHERE o.account_id = a.id AND o.total > 990);
-- name: hash_batches
-- set: work_mem=64kB, enable_mergejoin=off, enable_nestloop=off
SELECT * FROM orders o JOIN shop.line l ON l.order_id = o.id;
-- name: merge_join
-- set: enable_hashjoin=off, enable_nestloop=off
SELECT * FROM orders o JOIN shop.line l ON l.order_id = o.id WHERE l.quantity > 3;
-- name: merge_join_sorted
-- set: enable_hashjoin=off, enable_nestloop=off, work_mem=64kB
SELECT o.id, a.name FROM orders o JOIN account a ON o.total = a.region;
-- name: merge_full_join
-- set: enable_hashjoin=off
SELECT * FROM orders o FULL JOIN account a ON o.account_id = a.id;
-- name: cross_join_materialize
-- set: enable_memoize=off
SELECT count(*) FROM account a, account b WHERE a.id < 40 AND b.id < a.region + 3 AND b.name > a.name;
-- name: memoize
-- set: enable_hashjoin=off, enable_mergejoin=off
SELECT count(*) FROM shop.line l JOIN account a ON a.id = l.quantity WHERE l.order_id < 300;
-- name: sort
SELECT * FROM account ORDER BY name;
-- name: sort_spill
-- set: work_mem=64kB
SELECT * FROM orders ORDER BY status, total;
-- name: top_n
SELECT * FROM orders ORDER BY total + 1, id LIMIT 10;
-- name: incremental_sort
-- set: enable_seqscan=off
SELECT * FROM orders ORDER BY account_id, total LIMIT 100;
-- name: incremental_sort_presorted
-- set: enable_seqscan=off, enable_bitmapscan=off
SELECT * FROM orders ORDER BY status, total LIMIT 10000;
-- name: aggregate_hash
SELECT status, count(*), sum(total) FROM orders GROUP BY status HAVING count(*) > 3;
-- name: aggregate_spill
-- set: work_mem=64kB, enable_sort=off
SELECT order_id, count(*) FROM shop.line GROUP BY order_id;
-- name: aggregate_group
-- set: enable_hashagg=off
SELECT account_id, status, count(*) FILTER (WHERE total > 3) FROM orders GROUP BY account_id, status;
-- name: grouping_sets
SELECT region, "we ird ->", count(*) FROM account GROUP BY GROUPING SETS ((region, "we ird ->"), (region), ());
-- name: grouping_sets_sorted
-- set: enable_hashagg=off
SELECT region, id % 3, count(*) FROM account GROUP BY CUBE (region, id % 3);
-- name: rollup_mixed
SELECT region, id % 3, count(*) FROM account GROUP BY CUBE (region, id % 3);
-- name: distinct_unique
-- set: enable_hashagg=off
SELECT DISTINCT status, total FROM orders;
-- name: window
SELECT id, row_number() OVER (PARTITION BY account_id ORDER BY total), sum(total) OVER w FROM orders WINDOW w AS (PARTITION BY status) LIMIT 50;
-- name: window_run_condition
SELECT * FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM orders) x WHERE n < 10;
-- name: cte_inlined
WITH recent AS (SELECT * FROM orders WHERE total = 5) SELECT * FROM recent r JOIN account a ON a.id = r.account_id;
-- name: cte_materialized_twice
WITH busy AS MATERIALIZED (SELECT account_id, count(*) AS n FROM orders GROUP BY 1) SELECT * FROM busy b JOIN busy c ON c.n = b.account_id WHERE b.n > 3;
-- name: cte_two
WITH "first one" AS MATERIALIZED (SELECT * FROM account WHERE region = 2), second AS MATERIALIZED (SELECT a.id FROM "first one" a JOIN orders o ON o.account_id = a.id) SELECT count(*) FROM second, (SELECT 1 UNION ALL SELECT 2) x WHERE id > 3;
-- name: recursive
WITH RECURSIVE tree (n, depth) AS (SELECT 1, 0 UNION ALL SELECT n * 2, depth + 1 FROM tree WHERE depth < 8) SELECT * FROM tree t JOIN account a ON a.id = t.n;
-- name: recursive_union_distinct
WITH RECURSIVE near (id) AS (SELECT 3::bigint UNION SELECT o.account_id FROM orders o JOIN near n ON o.id = n.id) SELECT * FROM near;
-- name: initplan
SELECT * FROM orders WHERE total = (SELECT max(region) FROM account);
-- name: initplan_in_target
SELECT id, (SELECT count(*) FROM account) FROM orders WHERE id < 10;
-- name: initplans_nested
SELECT * FROM orders WHERE total > (SELECT avg(total) FROM orders WHERE account_id = (SELECT min(id) FROM account WHERE region = 3)) AND id < 500;
-- name: subplan_correlated
SELECT a.id, (SELECT max(o.total) FROM orders o WHERE o.account_id = a.id) FROM account a WHERE a.id < 30;
-- name: subplan_hashed
SELECT * FROM account WHERE id NOT IN (SELECT account_id FROM orders WHERE total = 4);
-- name: subplan_exists_or
SELECT * FROM account a WHERE region = 1 OR EXISTS (SELECT FROM orders o WHERE o.account_id = a.id AND o.total = 4);
-- name: subquery_scan
SELECT * FROM (SELECT account_id, count(*) AS n FROM orders GROUP BY account_id ORDER BY 2 DESC LIMIT 20) x WHERE n % 2 = 0;
-- name: union_all
SELECT id FROM account UNION ALL SELECT id FROM orders WHERE total = 5;
-- name: union
SELECT id FROM account UNION SELECT account_id FROM orders;
-- name: intersect
SELECT id FROM account INTERSECT SELECT account_id FROM orders WHERE total < 9;
-- name: except_all
SELECT id FROM account EXCEPT ALL SELECT account_id FROM orders WHERE total < 9;
-- name: except_sorted
-- set: enable_hashagg=off
SELECT id FROM account EXCEPT SELECT account_id FROM orders WHERE total < 9;
-- name: values
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v (n, t) JOIN account a ON a.id = v.n;
-- name: function_scan
SELECT * FROM generate_series(1, 20) g JOIN account a ON a.id = g;
-- name: function_scan_own_name
SELECT * FROM generate_series(1, 20);
-- name: rows_from
SELECT * FROM ROWS FROM (generate_series(1, 3), generate_series(1, 5)) AS x (a, b);
-- name: project_set
SELECT id, unnest(ARRAY[1, 2, 3]) FROM account WHERE id < 4;
-- name: xmltable_or_json
SELECT * FROM json_to_recordset('[{"a":1},{"a":2}]') AS x (a int);
-- name: result_one_time_filter
SELECT * FROM account WHERE (SELECT count(*) FROM orders WHERE total = 1) > 1000000;
-- name: result_never
SELECT * FROM account WHERE false;
-- name: tid_scan
SELECT * FROM account WHERE ctid = '(0,1)';
-- name: tid_range
SELECT * FROM account WHERE ctid < '(3,1)';
-- name: sample
SELECT count(*) FROM orders TABLESAMPLE SYSTEM (50) REPEATABLE (1);
-- name: partitions
SELECT count(*) FROM event WHERE kind = 3;
-- name: partitions_pruned
SELECT * FROM event WHERE at = '2024-02-10';
-- name: partitions_pruned_late
SELECT * FROM event WHERE at = (SELECT date '2024-02-10' + 0 * (random() > 2)::int);
-- name: merge_append
SELECT * FROM event ORDER BY at LIMIT 10;
-- name: merge_append_sort
-- set: enable_seqscan=off
SELECT * FROM (SELECT id AS n FROM account UNION ALL SELECT id FROM orders) x ORDER BY n LIMIT 10;
-- name: lock_rows
SELECT * FROM account WHERE id = 5 FOR UPDATE;
-- name: insert
INSERT INTO account SELECT i, 'x', 1, 1 FROM generate_series(5001, 5020) i;
-- name: insert_values_returning
INSERT INTO account VALUES (6001, 'y', 1, 1) RETURNING id;
-- name: insert_on_conflict
INSERT INTO account VALUES (1, 'y', 1, 1), (7001, 'n', 1, 1) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE account.region > 0;
-- name: insert_do_nothing
INSERT INTO account VALUES (1, 'y', 1, 1) ON CONFLICT DO NOTHING;
-- name: insert_fk_trigger
INSERT INTO orders VALUES (900001, 3, 'open', 1, now());
-- name: update
UPDATE orders SET total = total + 1 WHERE account_id = 12;
-- name: update_partitions
UPDATE event SET kind = 4 WHERE id = 17;
-- name: update_from
UPDATE orders o SET status = a.name FROM account a WHERE a.id = o.account_id AND a.id = 3;
-- name: delete_fk_trigger
DELETE FROM account WHERE id = 5001 OR id = 999999;
-- name: delete_using
DELETE FROM shop.line l USING orders o WHERE o.id = l.order_id AND o.total = 3;
-- name: merge
MERGE INTO account a USING (SELECT 1 AS id UNION ALL SELECT 8001) s ON s.id = a.id WHEN MATCHED THEN UPDATE SET name = 'm' WHEN NOT MATCHED THEN INSERT VALUES (s.id, 'new', 1, 1);
-- name: cte_writing
WITH gone AS (DELETE FROM shop.line WHERE order_id < 5 RETURNING *) SELECT count(*) FROM gone;
-- name: cte_writing_unread
WITH gone AS (DELETE FROM shop.line WHERE order_id < 5) SELECT count(*) FROM account;
-- name: gather
-- set: parallel
SELECT count(*) FROM orders WHERE total > 400 AND status = 'done';
-- name: gather_rows
-- set: parallel
SELECT * FROM orders WHERE total + 1 = 78;
-- name: gather_merge
-- set: parallel
SELECT * FROM orders WHERE total < 300 ORDER BY created_at, total;
-- name: parallel_hash_join
-- set: parallel, enable_mergejoin=off, enable_nestloop=off
SELECT count(*) FROM orders o JOIN shop.line l ON l.order_id = o.id;
-- name: parallel_nested_loop
-- set: parallel, enable_hashjoin=off, enable_mergejoin=off, enable_memoize=off
SELECT count(*) FROM orders o JOIN account a ON a.id = o.account_id WHERE o.total < 50;
-- name: parallel_append
-- set: parallel
SELECT kind, count(*) FROM event GROUP BY kind;
-- name: parallel_bitmap
-- set: parallel, enable_seqscan=off, enable_indexscan=off, enable_indexonlyscan=off
SELECT count(*) FROM orders WHERE total BETWEEN 3 AND 400;
-- name: parallel_initplan
-- set: parallel
SELECT count(*) FROM orders WHERE total > (SELECT avg(region) FROM account);
-- name: parallel_cte
-- set: parallel
WITH x AS MATERIALIZED (SELECT account_id, sum(total) AS s FROM orders GROUP BY 1) SELECT count(*) FROM x a JOIN x b ON a.s = b.s;
-- name: settings_told
-- set: random_page_cost=1.1, work_mem=8MB
SELECT 1;
-- name: quotes_in_expressions
SELECT * FROM account WHERE name = 'it''s: (cost=1..2 rows=3 width=4)' OR name ~ E'a\\b' OR name = '  ->  Seq Scan on x';
-- name: line_break_in_expression
SELECT * FROM account WHERE name = 'two
lines  (never executed)';
-- name: jit
-- set: jit=on, jit_above_cost=0, jit_inline_above_cost=0, jit_optimize_above_cost=0
SELECT sum(total) FROM orders WHERE total < 700;
-- name: cursor_like_limit_with_many_loops
-- set: enable_hashjoin=off, enable_mergejoin=off, enable_memoize=off
SELECT a.id, o.id FROM account a JOIN orders o ON o.account_id = a.id ORDER BY a.id, o.id LIMIT 300;
-- name: foreign_scan
SELECT * FROM far_account WHERE region = 3 AND length(name) > random() * 3;
-- name: foreign_join
SELECT a.name, o.total FROM far_account a JOIN far_orders o ON o.account_id = a.id WHERE a.id < 4;
-- name: foreign_aggregate
SELECT region, count(*) FROM far_account GROUP BY region;
-- name: foreign_partitions
SELECT * FROM log WHERE id < 20;
-- name: foreign_update
UPDATE far_account SET region = 3 WHERE id = 77;
-- name: foreign_insert
INSERT INTO log VALUES (99, 2), (98, 1);
-- name: foreign_delete_here
DELETE FROM log WHERE id = 17 AND length(id::text) > random();
