"""What holds for everything: each law discovers its cases, so it also judges what is written tomorrow."""
