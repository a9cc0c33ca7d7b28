"""``/process-definition``: found, shown, started, suspended, deleted, counted.

Each file adds its routes: ``add_to_all`` those of the collection, ``add_to_one`` those of one definition, which can
be named in three ways.
"""
