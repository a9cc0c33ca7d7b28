"""Everything that knows SQL: tables, dialects, queries, migrations, large values."""
