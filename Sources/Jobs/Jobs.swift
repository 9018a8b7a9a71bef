// Work on runs
