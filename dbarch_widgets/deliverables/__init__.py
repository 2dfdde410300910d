"""What is handed over: SQL, migrations, jobs, monitoring, plans and papers, each of which runs."""
