"""TOML and environment in, frozen values out; knows nothing of what they are for."""
