"""A pytest plugin for what every test of the site must keep."""
