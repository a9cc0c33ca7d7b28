"""For how long history is kept: removal times, and the cleanup that goes by them."""
