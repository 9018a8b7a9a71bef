// Curves and tables for people.
