"""Importing records: one system with two doors, `manage.py import_register` and the admin.

To be read in this order: readers (what a cell says), mapping (what a register's lines tell of), known (which of our
records is meant), rules (what the database will refuse), walk (through the lines), plan (what would change, and doing
it), models (taking it back).
"""
