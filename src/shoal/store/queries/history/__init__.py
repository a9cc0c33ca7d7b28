"""Lists of history, one file for each kind. Removal times are those of the headers."""
