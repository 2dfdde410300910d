-- name: write_reading
-- rate: 4000/s
-- params: s int8, v float8
INSERT INTO reading (sensor_id, at, value) VALUES ($1, now(), $2);
-- name: last_day
-- rate: 40/s
SELECT at, value FROM reading WHERE sensor_id = $1 AND at >= now() - interval '1 day' ORDER BY at;
-- name: open_alarms
-- rate: 10/s
SELECT a.id, a.raised_at, s.quantity, d.serial_no FROM alarm a JOIN sensor s ON s.id = a.sensor_id JOIN device d ON d.id = s.device_id WHERE a.cleared_at IS NULL AND d.site_id = $1 ORDER BY a.raised_at DESC LIMIT 100;
-- name: avg_by_site
-- rate: 0.1/s
SELECT d.site_id, date_trunc('hour', r.at) AS h, avg(r.value) FROM reading r JOIN sensor s ON s.id = r.sensor_id JOIN device d ON d.id = s.device_id WHERE s.quantity = 'temperature' AND r.at >= now() - interval '7 days' GROUP BY 1, 2;
