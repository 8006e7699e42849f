"""A believable sales organisation, made from a seed, with the truth beside it."""

from sandbox.world.build import generate


__all__ = ["generate"]
