"""Questions put to a town hall."""
