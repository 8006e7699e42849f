"""What goes on a page: sections, agenda, alerts; pure."""
