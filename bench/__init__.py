"""Benchmarks: Shoal beside the floor, in one run, as ratios. Nothing here is part of the package."""
