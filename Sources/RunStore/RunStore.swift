// What happened in every run, in SQLite.
