"""The commands: what each needs of the rooms. Clock and environment come from jobs."""
