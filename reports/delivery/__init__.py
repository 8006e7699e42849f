"""When it goes and to whom: cadence, ledger, channels."""
