"""What ``--help`` says about a command beyond its one line."""

ABOUTS = {
    "demo": (
        "Makes up an organisation, or takes a folder of CSV files, serves it on "
        "loopback, syncs it as if it were Sales Cloud, and writes packets, alerts and "
        "archive. The last line printed is the page to open."
    ),
    "sandbox": (
        "The first line printed is its base URL, the second its CA file. Credentials "
        "and what it answers are in docs/sandbox.md."
    ),
    "init": (
        "Nothing is asked where there is no terminal: fill in the file then. Secrets "
        "do not belong into it; it names the variables that hold them."
    ),
    "doctor": (
        "Each line is ok, note (it works, but) or BAD, with the remedy. Nothing is "
        "changed anywhere. Exit code 1 if a line is BAD, 2 without a connection."
    ),
    "sync": (
        "Reads what changed since the last sync; the first reads everything. What "
        "cannot be read is named with its reason, and the next sync tries again."
    ),
    "packets": (
        "For every rep with open deals, to rep and manager, from the mirror as it is. "
        "A packet that was sent in this cycle is not sent again."
    ),
    "hygiene": (
        "The alert goes to [hygiene] recipients, with a list of every finding; a "
        "reminder goes to each rep with fields to fill in. Each of them once."
    ),
    "followup": (
        "Looks at what was promised at the last review, and asks rep and manager about "
        "what is still open, as an answer to their packet."
    ),
    "tick": (
        "Syncs, sends what was left from before, then what is due by [review]. Call it "
        "as often as you like; with nothing due it only syncs. A tick that finds "
        "another at work leaves everything to that one."
    ),
    "run": (
        "For machines without cron, systemd or the like: ticks every [run] "
        "every_minutes, prints a line of JSON for each, writes a heartbeat, and ends "
        "on SIGTERM after the letter at hand."
    ),
    "calendar": (
        "Dates follow from [review]; holidays, blackouts and quarter ends are taken "
        "into account and named."
    ),
    "backtest": (
        "Judges as of an earlier day and looks at what became of the deals, from the "
        "mirror as it is."
    ),
    "rules": (
        "Thresholds are learned from your own won deals, configured in [policy], or "
        "the defaults; without a configuration they are the defaults."
    ),
    "replay": (
        "Writes the .eml, .html and .txt that were kept when the packet was sent. "
        "Nothing is sent."
    ),
    "deliveries": (
        "Those in doubt, held or refused, with their ids and reasons. What to look at "
        "before a release is in docs/delivery.md."
    ),
}
