"""What a terminal shows: commands, progress, summaries.

Standard output carries results only; progress and complaints go to standard error.
"""
