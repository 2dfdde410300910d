"""Jobs that let rows go when their time is over: partitions detached, rows deleted in batches, holds honoured."""
