"""Straw polls of a town hall."""
