-- Peak-hour workload of trading_platform, all regions together. Rates are the sum over application servers.
-- Row security: the application sets app.firm_id and app.region per transaction; replayed by the owner, no policy applies.

-- name: account_for_pretrade_check
-- rate: 1200/s  params: account_id=zipf(party.account.account_id, 1.1)  slo: p99<3ms  role: trading_app
-- First read of every order: is the account open, and in which currency are its limits?
SELECT a.firm_id, a.region, a.base_currency, a.state
FROM party.account a
WHERE a.account_id = :account_id;

-- name: limits_in_force
-- rate: 1200/s  params: account_id=zipf(risk.limit_rule.account_id, 1.1)  slo: p99<5ms  role: risk_app
-- Second read of every order.
SELECT r.limit_id, r.metric, r.soft_limit, r.hard_limit, u.used
FROM risk.limit_rule r
LEFT JOIN risk.limit_usage u ON u.limit_id = r.limit_id
WHERE r.account_id = :account_id AND r.valid_from <= now() AND (r.valid_to IS NULL OR r.valid_to > now());

-- name: place_order
-- rate: 1000/s  params: account_id=zipf(party.account.account_id, 1.1), session_id=uniform(party.gateway_session.session_id), instrument_id=zipf(ref.instrument.instrument_id), mic=uniform(ref.venue.mic), trade_date=recent(trade.orders.trade_date, 3 days), cl_ord_id=new(trade.orders.cl_ord_id), side=pick('buy','sell'), tif=pick('day','ioc','gtc'), quantity=decimal(1,5000,2), price=decimal(1,900,4)  slo: p99<15ms  role: trading_app
-- The trader is drawn from the account's own firm, as the composite foreign keys demand.
INSERT INTO trade.orders (trade_date, region, firm_id, account_id, trader_id, session_id, cl_ord_id, instrument_id, mic,
                          side, order_type, time_in_force, status, quantity, limit_price, received_at)
SELECT :trade_date, a.region, a.firm_id, a.account_id, t.trader_id, :session_id, :cl_ord_id, :instrument_id, :mic,
       :side, 'limit', :tif, 'open', :quantity, :price, now()
FROM party.account a
JOIN party.trader t ON t.firm_id = a.firm_id
WHERE a.account_id = :account_id
ORDER BY t.trader_id
LIMIT 1;

-- name: record_order_event
-- rate: 3500/s  params: order_id=uniform(trade.orders.order_id), event_type=pick('NEWO','REME','CAME','PARF','FILL'), seq=new(trade.order_event.seq), event_date=recent(trade.order_event.event_date, 3 days), price=decimal(1,900,4), quantity=decimal(1,5000,2)  slo: p99<10ms  role: trading_app
-- Append-only: three to four events for each order.
INSERT INTO trade.order_event (mic, event_date, event_type, seq, order_id, order_trade_date, region, occurred_at, price, quantity)
SELECT o.mic, :event_date, :event_type, :seq, o.order_id, o.trade_date, o.region, now(), :price, :quantity
FROM trade.orders o
WHERE o.order_id = :order_id;

-- name: apply_fill_to_order
-- rate: 900/s  params: order_id=uniform(trade.orders.order_id)  slo: p99<10ms  role: trading_app
-- Optimistic: version is bumped with each change, the status follows the quantity.
UPDATE trade.orders
SET cum_qty = quantity, status = 'filled', updated_at = now(), version = version + 1
WHERE order_id = :order_id AND status IN ('open', 'partially_filled');

-- name: insert_execution
-- rate: 900/s  params: order_id=uniform(trade.orders.order_id), trade_date=recent(trade.execution.trade_date, 3 days), venue_txn_id=new(trade.execution.venue_txn_id), price=decimal(1,900,4), quantity=decimal(1,500,2), gross=decimal(100,450000,2), liquidity=pick('added','removed','auction')  slo: p99<10ms  role: trading_app
INSERT INTO trade.execution (trade_date, order_id, order_trade_date, region, account_id, instrument_id, mic, venue_txn_id,
                             side, price, quantity, gross_amount, liquidity, executed_at)
SELECT :trade_date, o.order_id, o.trade_date, o.region, o.account_id, o.instrument_id, o.mic, :venue_txn_id,
       o.side, :price, :quantity, :gross, :liquidity, now()
FROM trade.orders o
WHERE o.order_id = :order_id;

-- name: upsert_position
-- rate: 900/s  params: account_id=zipf(party.account.account_id, 1.1), instrument_id=zipf(ref.instrument.instrument_id), quantity=decimal(1,500,2), cost=decimal(100,45000,2)  slo: p99<10ms  role: trading_app
-- Hot rows: market makers hit the same few instruments.
INSERT INTO trade.position (account_id, instrument_id, quantity, cost, realised_pnl, version)
VALUES (:account_id, :instrument_id, :quantity, :cost, 0, 1)
ON CONFLICT (account_id, instrument_id)
DO UPDATE SET quantity = position.quantity + excluded.quantity, cost = position.cost + excluded.cost, version = position.version + 1;

-- name: use_limit
-- rate: 1000/s  params: limit_id=zipf(risk.limit_usage.limit_id, 1.2), amount=decimal(100,45000,2)  slo: p99<8ms  role: risk_app
UPDATE risk.limit_usage
SET used = used + :amount, updated_at = now()
WHERE limit_id = :limit_id;

-- name: recent_orders_of_account
-- rate: 400/s  params: account_id=zipf(trade.orders.account_id), n=int(10,50)  slo: p99<20ms  role: trading_app
-- The order pane of the trading screen.
SELECT order_id, trade_date, instrument_id, side, quantity, cum_qty, leaves_qty, limit_price, status, received_at
FROM trade.orders
WHERE account_id = :account_id
ORDER BY received_at DESC
LIMIT :n;

-- name: working_book
-- rate: 300/s  params: instrument_id=zipf(trade.orders.instrument_id), mic=uniform(ref.venue.mic), side=pick('buy','sell')  slo: p99<10ms  role: trading_app
-- Served by the partial index on working orders.
SELECT limit_price, sum(leaves_qty) AS open_qty, count(*) AS orders
FROM trade.orders
WHERE instrument_id = :instrument_id AND mic = :mic AND side = :side
  AND status IN ('pending', 'open', 'partially_filled')
GROUP BY limit_price
ORDER BY limit_price
LIMIT 20;

-- name: order_history
-- rate: 60/s  params: order_id=uniform(trade.order_event.order_id)  slo: p99<30ms  role: surveillance
-- Everything that happened to one order, in order. No date: every partition's index is visited.
SELECT event_date, event_type, seq, occurred_at, price, quantity, remaining_qty
FROM trade.order_event
WHERE order_id = :order_id
ORDER BY occurred_at, seq;

-- name: positions_of_account
-- rate: 250/s  params: account_id=zipf(trade.position.account_id)  slo: p99<15ms  role: trading_app
SELECT p.instrument_id, i.name, p.quantity, p.cost, p.realised_pnl
FROM trade.position p
JOIN ref.instrument i ON i.instrument_id = p.instrument_id
WHERE p.account_id = :account_id AND p.quantity <> 0
ORDER BY i.name;

-- name: fills_of_account
-- rate: 120/s  params: account_id=zipf(trade.execution.account_id), since=recent(trade.execution.executed_at, 7 days), n=int(20,100)  slo: p99<25ms  role: trading_app
SELECT execution_id, instrument_id, side, quantity, price, executed_at
FROM trade.execution
WHERE account_id = :account_id AND executed_at >= :since
ORDER BY executed_at DESC
LIMIT :n;

-- name: allocations_of_execution
-- rate: 80/s  params: execution_id=uniform(trade.execution.execution_id)  slo: p99<15ms  role: trading_app
-- Called when a block fill is opened, and by the booking job for each fill.
SELECT allocation_id, account_id, quantity, allocated_at
FROM trade.allocation
WHERE execution_id = :execution_id
ORDER BY allocated_at;

-- name: allocate_fill
-- rate: 150/s  params: allocation_id=uuid(), execution_id=uniform(trade.execution.execution_id), account_id=uniform(party.account.account_id), trader_id=uniform(party.trader.trader_id), quantity=decimal(1,100,2)  slo: p99<15ms  role: trading_app
INSERT INTO trade.allocation (allocation_id, execution_id, execution_date, account_id, quantity, allocated_by)
SELECT :allocation_id, e.execution_id, e.trade_date, :account_id, :quantity, :trader_id
FROM trade.execution e
WHERE e.execution_id = :execution_id;

-- name: correct_execution
-- rate: 20/h  params: execution_id=uniform(trade.execution.execution_id), price=decimal(1,900,4), note=text(40)  slo: p99<50ms  role: trading_app
-- A venue busts or reprices a trade; the row is changed in place.
UPDATE trade.execution
SET price = :price, corrected_at = now(), correction_note = :note
WHERE execution_id = :execution_id;

-- name: book_journal_entry
-- rate: 400/s  params: entry_id=uuid(), kind=pick('trade','fee','deposit','dividend'), booked_on=recent(ledger.journal_entry.booked_on, 2 days), narrative=text(30)  slo: p99<15ms  role: ledger_app
INSERT INTO ledger.journal_entry (entry_id, kind, booked_on, effective_at, narrative)
VALUES (:entry_id, :kind, :booked_on, now(), :narrative)
ON CONFLICT (entry_id) DO NOTHING;

-- name: move_balance
-- rate: 800/s  params: ledger_account_id=zipf(ledger.balance.ledger_account_id, 1.2), amount=int(1,500000)  slo: p99<10ms  role: ledger_app
-- House accounts are in every booking: the hottest rows of the system.
UPDATE ledger.balance
SET debit_minor = debit_minor + :amount, updated_at = now()
WHERE ledger_account_id = :ledger_account_id;

-- name: statement_of_ledger_account
-- rate: 30/s  params: ledger_account_id=zipf(ledger.posting.debit_account_id), n=int(20,200)  slo: p99<80ms  role: ledger_app
SELECT j.booked_on, j.kind, j.narrative, p.currency,
       CASE WHEN p.debit_account_id = :ledger_account_id THEN p.amount_minor ELSE -p.amount_minor END AS movement
FROM ledger.posting p
JOIN ledger.journal_entry j ON j.entry_id = p.entry_id
WHERE p.debit_account_id = :ledger_account_id OR p.credit_account_id = :ledger_account_id
ORDER BY j.booked_on DESC, p.line_no
LIMIT :n;

-- name: bars_of_instrument
-- rate: 200/s  params: instrument_id=zipf(market.bar_1m.instrument_id), since=recent(market.bar_1m.bar_start, 5 days)  slo: p99<30ms  role: trading_app
SELECT mic, bar_start, open, high, low, close, volume
FROM market.bar_1m
WHERE instrument_id = :instrument_id AND bar_start >= :since
ORDER BY bar_start;

-- name: daily_turnover_by_venue
-- rate: 6/min  params: trade_date=recent(trade.execution.trade_date, 10 days)  slo: p95<2s  role: reporting_app
SELECT mic, count(*) AS fills, sum(gross_amount) AS turnover, count(DISTINCT account_id) AS accounts
FROM trade.execution
WHERE trade_date = :trade_date
GROUP BY mic
ORDER BY turnover DESC;

-- name: reports_due
-- rate: 12/min  params: due=recent(reg.transaction_report.due_by, 2 days), n=int(100,1000)  slo: p99<100ms  role: reporting_app
-- What has to leave the house before the end of the next working day.
SELECT report_id, trading_date, transaction_ref, due_by
FROM reg.transaction_report
WHERE submission_id IS NULL AND due_by <= :due
ORDER BY due_by
LIMIT :n;

-- name: depth_for_best_execution
-- rate: 20/min  params: instrument_id=zipf(market.depth_snapshot.instrument_id), until=recent(market.depth_snapshot.taken_at, 2 days)  slo: p99<100ms  role: surveillance
SELECT taken_at, levels
FROM market.depth_snapshot
WHERE instrument_id = :instrument_id AND taken_at <= :until
ORDER BY taken_at DESC
LIMIT 1;

-- name: open_breaches
-- rate: 2/s  params: n=int(20,100)  slo: p99<20ms  role: risk_app
SELECT b.breach_id, b.limit_id, b.order_id, b.observed, b.detected_at
FROM risk.breach b
WHERE b.acknowledged_at IS NULL
ORDER BY b.detected_at
LIMIT :n;

-- name: claim_outbox_batch
-- rate: 50/s  params: n=int(50,200)  slo: p99<20ms  role: trading_app  engines: postgres
-- Several relays read side by side; SKIP LOCKED has no counterpart in DuckDB.
SELECT id, aggregatetype, aggregateid, type, payload
FROM ops.outbox
WHERE published_at IS NULL
ORDER BY created_at
LIMIT :n
FOR UPDATE SKIP LOCKED;

-- name: purge_published_outbox
-- rate: 1/min  params: before=recent(ops.outbox.published_at, 1 days)  slo: p95<500ms  role: trading_app
DELETE FROM ops.outbox
WHERE published_at IS NOT NULL AND published_at < :before;
