-- Workload of saas_projects as it runs today for one company of 900 people.
-- With tenants, each of these needs to say whose rows it means.

-- name: user_by_email
-- rate: 8/s  params: email=uniform(users.email)  slo: p99<10ms  role: tracker_app
-- Sign-in. The same address will exist in several companies.
SELECT id, display_name, password_hash, role
FROM users
WHERE email = :email AND is_active AND deleted_at IS NULL;

-- name: session_by_token
-- rate: 350/s  params: token=uniform(sign_in_sessions.token)  slo: p99<5ms  role: tracker_app
-- Each request of a browser starts with it.
SELECT s.user_id, u.role, u.locale, u.time_zone
FROM sign_in_sessions s
JOIN users u ON u.id = s.user_id
WHERE s.token = :token;

-- name: user_by_api_token
-- rate: 120/s  params: token=uniform(api_tokens.token)  slo: p99<5ms  role: tracker_app
-- Compares the secret itself: whoever reads the table can act as anybody.
SELECT t.id, t.user_id, u.role
FROM api_tokens t
JOIN users u ON u.id = t.user_id
WHERE t.token = :token;

-- name: start_session
-- rate: 6/s  params: session_id=uuid(), user_id=uniform(users.id), token=new(sign_in_sessions.token)  slo: p99<15ms  role: tracker_app
INSERT INTO sign_in_sessions (id, user_id, token, user_agent, expires_at)
VALUES (:session_id, :user_id, :token, 'browser', now() + INTERVAL '14 days');

-- name: project_by_slug
-- rate: 90/s  params: slug=zipf(projects.slug)  slo: p99<8ms  role: tracker_app
SELECT p.id, p.name, p.key_prefix, t.name AS team
FROM projects p
JOIN teams t ON t.id = p.team_id
WHERE p.slug = :slug;

-- name: board_of_project
-- rate: 60/s  params: project_id=zipf(issues.project_id), n=int(50,200)  slo: p99<40ms  role: tracker_app
-- The board: open issues of a project, newest change first.
SELECT i.id, i.issue_key, i.title, i.kind, i.priority, i.status, i.assignee_id, i.updated_at
FROM issues i
WHERE i.project_id = :project_id AND i.closed_at IS NULL AND i.deleted_at IS NULL
ORDER BY i.updated_at DESC
LIMIT :n;

-- name: issue_by_key
-- rate: 140/s  params: issue_key=uniform(issues.issue_key)  slo: p99<10ms  role: tracker_app
SELECT i.id, i.project_id, i.title, i.body, i.status, i.priority, i.due_on, r.display_name AS reporter, a.display_name AS assignee
FROM issues i
JOIN users r ON r.id = i.reporter_id
LEFT JOIN users a ON a.id = i.assignee_id
WHERE i.issue_key = :issue_key AND i.deleted_at IS NULL;

-- name: my_open_issues
-- rate: 45/s  params: user_id=zipf(users.id)  slo: p99<20ms  role: tracker_app
SELECT id, issue_key, title, priority, due_on
FROM issues
WHERE assignee_id = :user_id AND closed_at IS NULL AND deleted_at IS NULL
ORDER BY updated_at DESC
LIMIT 50;

-- name: reported_by_me
-- rate: 12/s  params: user_id=zipf(issues.reporter_id)  slo: p99<30ms  role: tracker_app
-- No index on reporter_id.
SELECT id, issue_key, title, status, created_at
FROM issues
WHERE reporter_id = :user_id AND deleted_at IS NULL
ORDER BY created_at DESC
LIMIT 50;

-- name: create_issue
-- rate: 4/s  params: project_id=zipf(projects.id), issue_key=new(issues.issue_key), title=text(60), body=text(300), kind=pick('task','bug','story'), reporter_id=uniform(users.id)  slo: p99<30ms  role: tracker_app
INSERT INTO issues (project_id, issue_key, title, body, kind, reporter_id)
VALUES (:project_id, :issue_key, :title, :body, :kind, :reporter_id);

-- name: move_issue
-- rate: 15/s  params: issue_id=uniform(issues.id), status=pick('open','doing','review','done')  slo: p99<20ms  role: tracker_app
-- status is free text: nothing stops 'Done ' with a blank.
UPDATE issues
SET status = :status, updated_at = now()
WHERE id = :issue_id;

-- name: comments_of_issue
-- rate: 130/s  params: issue_id=zipf(comments.issue_id)  slo: p99<20ms  role: tracker_app
SELECT c.id, c.body, c.created_at, c.edited_at, u.display_name
FROM comments c
JOIN users u ON u.id = c.author_id
WHERE c.issue_id = :issue_id AND c.deleted_at IS NULL
ORDER BY c.created_at;

-- name: add_comment
-- rate: 10/s  params: issue_id=zipf(issues.id), author_id=uniform(users.id), body=text(200)  slo: p99<20ms  role: tracker_app
INSERT INTO comments (issue_id, author_id, body)
VALUES (:issue_id, :author_id, :body);

-- name: comments_by_author
-- rate: 30/h  params: author_id=uniform(comments.author_id)  slo: p95<500ms  role: tracker_app
-- For a person's export or erasure; no index on author_id, so the whole table is read.
SELECT id, issue_id, body, created_at
FROM comments
WHERE author_id = :author_id
ORDER BY id;

-- name: attachments_of_issue
-- rate: 110/s  params: issue_id=uniform(issues.id)  slo: p99<10ms  role: tracker_app
-- Polymorphic: the pair (type, id) points nowhere the database could check.
SELECT id, file_name, byte_size, storage_key
FROM attachments
WHERE target_type = 'issue' AND target_id = :issue_id
ORDER BY created_at;

-- name: issues_with_custom_value
-- rate: 5/s  params: field_a=zipf(custom_fields.id), value_a=uniform(custom_field_values.value), field_b=zipf(custom_fields.id), project_id=zipf(projects.id)  slo: p99<150ms  role: tracker_app
-- One self-join for each filtered field: what entity-attribute-value costs.
SELECT i.id, i.issue_key, i.title, b.value AS second_field
FROM issues i
JOIN custom_field_values a ON a.issue_id = i.id AND a.field_id = :field_a AND a.value = :value_a
LEFT JOIN custom_field_values b ON b.issue_id = i.id AND b.field_id = :field_b
WHERE i.project_id = :project_id AND i.deleted_at IS NULL
ORDER BY i.id
LIMIT 100;

-- name: set_custom_value
-- rate: 6/s  params: issue_id=uniform(issues.id), field_id=uniform(custom_fields.id), value=text(20)  slo: p99<20ms  role: tracker_app
INSERT INTO custom_field_values (issue_id, field_id, value)
VALUES (:issue_id, :field_id, :value)
ON CONFLICT (issue_id, field_id) DO UPDATE SET value = excluded.value;

-- name: issues_watched_by
-- rate: 3/s  params: needle=uniform(users.id)  slo: p99<100ms  role: tracker_app
-- Searches a comma-separated list: no index can help, and user 1 also finds 12 unless commas are added.
SELECT id, issue_key, title
FROM issues
WHERE ',' || watcher_ids || ',' LIKE '%,' || CAST(:needle AS varchar) || ',%'
ORDER BY id
LIMIT 50;

-- name: log_time
-- rate: 3/s  params: issue_id=uniform(issues.id), user_id=uniform(users.id), started_at=recent(time_entries.started_at, 3 days), minutes=int(5,240), note=text(30)  slo: p99<20ms  role: tracker_app
INSERT INTO time_entries (issue_id, user_id, started_at, minutes, note)
VALUES (:issue_id, :user_id, :started_at, :minutes, :note);

-- name: billable_minutes_of_project
-- rate: 20/min  params: project_id=zipf(projects.id), since=recent(time_entries.started_at, 30 days)  slo: p95<300ms  role: tracker_report
-- Feeds the invoice; the rate is a float, so the total depends on the order of addition.
SELECT i.project_id, sum(t.minutes) AS minutes, sum(t.minutes * p.hourly_rate / 60) AS amount
FROM time_entries t
JOIN issues i ON i.id = t.issue_id
JOIN projects p ON p.id = i.project_id
WHERE i.project_id = :project_id AND t.is_billable AND t.started_at >= :since
GROUP BY i.project_id;

-- name: unread_notifications
-- rate: 200/s  params: user_id=zipf(notifications.user_id)  slo: p99<10ms  role: tracker_app
-- Polled by each open tab.
SELECT id, kind, issue_id, message, created_at
FROM notifications
WHERE user_id = :user_id AND read_at IS NULL
ORDER BY created_at DESC
LIMIT 20;

-- name: mark_notification_read
-- rate: 20/s  params: notification_id=uniform(notifications.id)  slo: p99<15ms  role: tracker_app
UPDATE notifications
SET read_at = now()
WHERE id = :notification_id AND read_at IS NULL;

-- name: record_delivery
-- rate: 25/s  params: webhook_id=zipf(webhooks.id, 1.2), event=pick('issue.created','issue.closed','comment.created'), status_code=pick(200,204,500)  slo: p99<20ms  role: tracker_app
INSERT INTO webhook_deliveries (webhook_id, event, payload, status_code)
VALUES (:webhook_id, :event, '{"v": 1}', :status_code);

-- name: write_audit
-- rate: 40/s  params: actor_id=uniform(users.id), action=pick('issue.update','issue.create','comment.create'), target_id=uniform(issues.id)  slo: p99<15ms  role: tracker_app
INSERT INTO audit_log (actor_id, action, target_type, target_id)
VALUES (:actor_id, :action, 'issue', :target_id);

-- name: remove_label
-- rate: 2/s  params: issue_id=uniform(issue_labels.issue_id), label_id=uniform(issue_labels.label_id)  slo: p99<15ms  role: tracker_app
-- Without a primary key the same label may sit twice on an issue; both go.
DELETE FROM issue_labels
WHERE issue_id = :issue_id AND label_id = :label_id;
