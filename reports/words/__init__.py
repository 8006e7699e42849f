"""How it is said: templates, text, the mail linter; the only Jinja."""
