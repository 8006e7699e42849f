"""A Sales Cloud stand-in on loopback; shares no code with the other rooms."""
