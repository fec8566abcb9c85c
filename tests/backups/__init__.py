"""Backups on demand: what may be asked, what a repeated request gets, when a point expires."""
