"""What watches the database: metrics that exporters lack, alerts, a dashboard, health checks."""
