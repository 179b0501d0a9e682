"""How a match is judged: concepts across languages, distance between fields, parts of the score with their reasons."""
