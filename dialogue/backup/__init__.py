"""Backup and restore: everything an installation holds, in one file that either database can read."""
