"""The questions and statements, one file per family. Functions take a ``Tx`` first."""
