"""The names voices go by where people have none: plain things of nature, easy to tell apart when read aloud."""

HANDLES = (
    "Acorn", "Almond", "Amber", "Anchor", "Ash", "Aspen", "Barley", "Basalt", "Bay", "Beacon", "Birch", "Brook",
    "Cedar", "Chalk", "Clay", "Cliff", "Clover", "Cobalt", "Copper", "Coral", "Cove", "Cypress", "Dawn", "Delta",
    "Dune", "Elm", "Fern", "Fjord", "Flint", "Garnet", "Ginger", "Glacier", "Granite", "Grove", "Harbour",
    "Hazel", "Heath", "Heron", "Hill", "Indigo", "Iris", "Island", "Ivory", "Jade", "Jasmine", "Juniper", "Kelp",
    "Lagoon", "Larch", "Laurel", "Lava", "Lichen", "Lilac", "Linen", "Lotus", "Maple", "Marble", "Marsh",
    "Meadow", "Mint", "Moss", "Oak", "Oasis", "Ochre", "Olive", "Onyx", "Opal", "Orchard", "Otter", "Palm",
    "Pearl", "Pebble", "Pine", "Plain", "Plum", "Quartz", "Quince", "Rain", "Reed", "Reef", "Ridge", "River",
    "Rowan", "Sable", "Saffron", "Sage", "Sand", "Sedge", "Shell", "Slate", "Spring", "Spruce", "Stone", "Summit",
    "Sycamore", "Teal", "Thistle", "Thyme", "Tide", "Topaz", "Valley", "Walnut", "Willow", "Wren", "Yarrow",
)
