"""How a hall's guests get a vote: the measure, voting codes, check-in at the door."""
