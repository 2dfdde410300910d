"""What people read: the data dictionary, the record of processing activities, the decisions."""
