"""The commands, one module per verb or family of verbs; heavy imports wait until a command runs."""
