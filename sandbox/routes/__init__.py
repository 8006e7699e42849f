"""What the sandbox answers: a module per family of resources, each with its routes."""
