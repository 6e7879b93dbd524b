"""Words that name no one by themselves: kinds of State and organisation, the field's own words, and ordinary words.

A short form of a name is looked for only if something stands in it beyond these.
"""

# What a State's name says of its form; the rest of the name is the name people use.
STATE_KINDS = frozenset((
    "affairs", "arab", "bolivarian", "commonwealth", "confederation", "constitutional", "cooperative", "delegation",
    "democratic", "duchy", "embassy", "emirate", "emirates", "empire", "federal", "federated", "federation",
    "federative", "foreign", "free", "government", "grand", "hashemite", "independent", "islamic", "kingdom",
    "ministry", "mission", "national", "nations", "new", "people", "peoples", "permanent", "plurinational",
    "principality", "realm", "republic", "s", "socialist", "sovereign", "state", "states", "sultanate", "union",
    "united"))
# What an organisation's name says of its form: left out at its ends.
ORGANISATION_KINDS = frozenset((
    "academy", "agency", "alliance", "assembly", "association", "bureau", "campaign", "center", "centre", "church",
    "city", "club", "coalition", "collective", "college", "commission", "committee", "company", "congress",
    "consortium", "corporation", "council", "eingetragener", "ev", "example", "federation", "fictional", "fondation",
    "forum", "foundation", "fund", "global", "gmbh", "group", "house", "inc", "initiative", "institute",
    "international", "invented", "lab", "laboratory", "league", "llc", "ltd", "mission", "movement", "municipality",
    "national", "network", "ngo", "observatory", "observers", "office", "organisation", "organization", "partnership",
    "platform", "plc", "program", "programme", "project", "sample", "school", "secretariat", "service", "services",
    "society", "trust", "union", "university", "verein", "world", "worldwide"))
FUNCTION_WORDS = frozenset((
    "a", "against", "an", "and", "at", "by", "d", "das", "de", "del", "der", "des", "die", "du", "el", "et", "for",
    "from", "fur", "in", "l", "la", "las", "le", "les", "los", "of", "on", "the", "to", "und", "with", "without", "y"))
# The words of the field: phrases made of these alone name no actor.
FIELD_WORDS = frozenset((
    "action", "affairs", "africa", "african", "agenda", "aid", "american", "americas", "arab", "armed", "arms", "asia",
    "asian", "atlantic", "balkan", "baltic", "buddhist", "budget", "care", "caribbean", "catholic", "change", "charter",
    "children", "christian", "citizen", "citizens", "civil", "climate", "common", "conflict", "control", "cooperation",
    "court", "crisis", "debt", "decision", "democracy", "democratic", "development", "dialogue", "digital", "diplomacy",
    "disarmament", "early", "east", "eastern", "economic", "education", "energy", "environment", "equality", "ethics",
    "eurasian", "europe", "european", "food", "freedom", "future", "gender", "general", "global", "governance", "green",
    "health", "help", "hindu", "human", "humanitarian", "humanity", "independent", "information", "intergovernmental",
    "international", "islamic", "islands", "jewish", "joint", "justice", "labour", "latin", "law", "legal", "media",
    "mediterranean", "member", "migration", "multilateral", "muslim", "nations", "nordic", "north", "northern",
    "nuclear", "open", "pacific", "peace", "peacebuilding", "people", "peoples", "policy", "political", "prevention",
    "protection", "public", "records", "reform", "refugees", "regional", "relations", "relief", "research",
    "resolution", "responsibility", "rights", "rule", "safety", "sanctions", "science", "secretary", "security",
    "social", "society", "solidarity", "south", "southern", "states", "strategic", "studies", "summit", "sustainable",
    "technology", "trade", "training", "transparency", "treaty", "trust", "united", "universal", "veto", "voice",
    "voices", "vote", "war", "warning", "watch", "water", "welfare", "west", "western", "women", "work", "workers",
    "world", "young", "youth"))
# Other words that organisations are often called by; alone they are no one's name.
ORDINARY_WORDS = frozenset((
    "accord", "actor", "advance", "advocate", "advocates", "agora", "all", "amnesty", "anchor", "ant", "arch", "ark",
    "arrow", "article", "ash", "aurora", "awareness", "balance", "bay", "beacon", "bear", "bell", "belt", "better",
    "birch", "blue", "border", "borders", "bread", "bridge", "bridges", "bright", "brook", "brothers", "business",
    "canal", "canyon", "cape", "capital", "castle", "catalyst", "cedar", "chain", "channel", "choice", "circle",
    "clarity", "clear", "cliff", "coast", "coastal", "commons", "communities", "community", "compass", "concern",
    "concord", "connect", "conscience", "consumer", "coral", "corner", "courage", "craft", "creek", "crescent", "cross",
    "crossing", "crossroads", "crown", "current", "dawn", "day", "deep", "defence", "delta", "dignity", "dove", "dream",
    "eagle", "earth", "elders", "elm", "equal", "equity", "evidence", "example", "exchange", "fair", "faith", "falcon",
    "families", "family", "farm", "farmers", "father", "field", "fields", "fire", "first", "flame", "forest", "forward",
    "foundation", "free", "friends", "frontier", "garden", "gate", "gateway", "generation", "glacier", "gold", "golden",
    "good", "grain", "grand", "great", "ground", "grove", "growth", "guardian", "guardians", "gulf", "harbor",
    "harbour", "harmony", "harvest", "haven", "heart", "hearth", "heritage", "high", "hill", "hills", "home", "hope",
    "horizon", "horizons", "house", "hunger", "ice", "idea", "ideas", "impact", "inland", "inside", "integrity",
    "island", "islands", "just", "key", "ladder", "lake", "lakes", "land", "landmark", "lantern", "leaders", "leaf",
    "liberty", "life", "light", "lighthouse", "lion", "living", "local", "lotus", "low", "maple", "marine", "market",
    "meadow", "memory", "meridian", "merit", "mirror", "moon", "morning", "mother", "mothers", "mount", "mountain",
    "mountains", "nature", "near", "neighbour", "neighbours", "nest", "network", "new", "night", "oak", "oasis",
    "ocean", "oceans", "old", "olive", "one", "orchard", "order", "origin", "outlook", "palm", "parallel", "parents",
    "park", "path", "paths", "pathways", "pearl", "person", "pilgrim", "pillar", "pine", "planet", "pledge", "point",
    "port", "prairie", "press", "prism", "progress", "promise", "prospect", "pulse", "quarry", "rain", "rainbow",
    "reach", "red", "reef", "refuge", "rescue", "ridge", "rights", "rising", "river", "rivers", "road", "roads", "rock",
    "room", "root", "roots", "rose", "safe", "sail", "sand", "save", "sea", "seas", "seed", "seeds", "shelter", "shore",
    "shores", "silver", "sister", "sisters", "sky", "snow", "source", "spark", "spring", "springs", "star", "stars",
    "step", "steppe", "stone", "storm", "stream", "street", "summer", "sun", "sunrise", "table", "third", "threshold",
    "tide", "tides", "torch", "tower", "town", "trail", "tree", "trees", "truth", "unity", "upper", "vale", "valley",
    "vision", "wave", "waves", "way", "well", "white", "whole", "wild", "willow", "wind", "window", "winds", "wings",
    "winter", "wise", "wood", "woods"))
# Initials that have another meaning in the field.
KNOWN_INITIALS = frozenset((
    "ad", "ai", "am", "an", "as", "at", "au", "bc", "be", "by", "ce", "ceo", "co", "cso", "csos", "do", "ecosoc", "eu",
    "faq", "ga", "gb", "go", "he", "hr", "hrc", "ic", "icc", "icj", "ict", "id", "if", "igo", "ii", "ilc", "imf", "in",
    "is", "it", "ldc", "ldcs", "mb", "me", "my", "ngo", "ngos", "no", "of", "ohchr", "oios", "ok", "on", "op", "or",
    "pbc", "pc", "pdf", "pga", "pm", "pp", "pr", "qa", "sc", "sdg", "sdgs", "sg", "so", "to", "tv", "un", "undp",
    "unep", "unesco", "unga", "unhcr", "unicef", "unsc", "up", "us", "vs", "we", "wg", "who", "wto"))
# Parts of people's names that stand in every text: counted only in the full name.
NO_NAMES = frozenset((
    "abu", "ambassador", "and", "april", "august", "bin", "chair", "convenor", "dame", "das", "december", "del",
    "della", "den", "der", "doctor", "dos", "example", "february", "friday", "guest", "ibn", "january", "july", "june",
    "lady", "lord", "madam", "madame", "march", "may", "member", "minister", "miss", "monday", "mrs", "november",
    "october", "person", "president", "prof", "professor", "rapporteur", "saturday", "september", "sir", "sunday",
    "the", "thursday", "tuesday", "van", "von", "wednesday"))
# Words that are given names as well: a name with a capital letter inside a sentence alone.
NAMES_AND_WORDS = frozenset((
    "art", "baker", "banks", "best", "bill", "black", "bridge", "brook", "brown", "carter", "case", "chase", "child",
    "clay", "cliff", "cook", "dawn", "day", "dean", "drew", "earnest", "east", "ernest", "faith", "field", "fields",
    "fisher", "forest", "frank", "gene", "good", "grace", "grant", "green", "guy", "harbour", "hill", "hope", "hunter",
    "jack", "jean", "jimmy", "john", "josh", "joy", "king", "knight", "lake", "lance", "law", "little", "long", "love",
    "major", "mark", "marshall", "mason", "miles", "miller", "nick", "norm", "north", "page", "pat", "penny", "peter",
    "pope", "porter", "potter", "power", "price", "ray", "reason", "rich", "rivers", "rob", "robin", "rose", "rusty",
    "sandy", "sharp", "short", "sky", "small", "south", "speaker", "star", "stone", "strong", "summer", "sunny",
    "swift", "taylor", "turner", "victor", "wade", "walker", "ward", "weaver", "west", "white", "will", "wise", "wood",
    "woods", "young"))
