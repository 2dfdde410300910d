"""Backup and recovery: the plan from the stated loss and time, and drills that restore."""
