"""The groups of cases that make_engine_fixtures.py writes, one function a group."""
