"""The track of a room (1, 1.5 or 2): computed from who takes part, and kept over time."""
