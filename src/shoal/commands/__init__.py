"""What can be done to process instances: one file per verb, each over a chunk of instances."""
