"""What is so: portable SQL over the mirror, read into frozen values as of a moment."""
