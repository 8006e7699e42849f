"""What it means: pure functions over the facts of one deal."""
