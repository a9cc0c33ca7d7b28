"""One file per operation. A file here is a route, a CLI command, a permission and a page of the docs."""
