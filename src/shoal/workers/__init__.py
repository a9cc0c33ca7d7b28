"""Loops that give jobs to threads. No rule lives here."""
