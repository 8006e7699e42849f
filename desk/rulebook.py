"""The command that lists the rules; light, since it is asked often."""

from argparse import Namespace

from console.output import complain, say, say_json
from console.summaries import rule_lines
from desk.world import World
from reports.judgement.listing import as_json, listing
from reports.judgement.policy import Policy


def rules(args: Namespace, world: World) -> int:
    """Every rule with the threshold in force: learned, configured, or the default."""
    norms, policy = None, Policy()
    if args.config.exists():
        settings = world.settings(args)
        policy = settings.policy
        if settings.data.mirror.exists():
            from reports.runs.reading import norms_at  # noqa: PLC0415 - not light

            norms = norms_at(settings.data.mirror, world.clock(), policy)
    else:
        complain([f"no {args.config}: these are the defaults"])
    lines = as_json(listing(policy, norms))
    if args.json:
        say_json(lines)
    else:
        say(rule_lines(lines))
    return 0
