"""Sales Cloud in, mirror out; knows no report."""
