"""Quota, forecast and coverage as plain JSON values; what is missing says why."""

from reports.outlook import Coverage, Forecast, Outlook, Standing
from reports.packet.plain import Json, amount


def standing_json(standing: Standing | None, outlook: Outlook | None) -> Json:
    """The quota of the running period, and the outlook on the fiscal quarter."""
    found = outlook.forecast if outlook else None
    return {
        "currency": standing.currency if standing else None,
        "start": standing.start.isoformat() if standing else None,
        "end": standing.end.isoformat() if standing else None,
        "quota": amount(standing.quota) if standing else None,
        "won": amount(standing.won) if standing else None,
        "committed": amount(standing.committed) if standing else None,
        "open": amount(standing.open) if standing else None,
        "forecast": forecast(found, outlook) if outlook and found else None,
        "p_quota": found.chance if found else None,
        "coverage": coverage(outlook.coverage)
        if outlook and outlook.coverage
        else None,
        "because": " ".join(outlook.because) if outlook else None,
    }


def forecast(one: Forecast, outlook: Outlook) -> Json:
    """The range of the fiscal quarter with its record."""
    record = outlook.record
    return {
        "currency": outlook.currency,
        "end": one.end.isoformat(),
        "quota": amount(one.quota),
        "won": amount(one.won),
        "low": amount(one.low),
        "mid": amount(one.middle),
        "high": amount(one.high),
        "not_there_yet": amount(one.created),
        "top_three": round(one.exposure, 3) if one.exposure is not None else None,
        "without_amount": one.left_out,
        "method": "errors of earlier forecasts" if one.windows else "simulated",
        "record": {"ranges": record.ranges, "held": record.held} if record else None,
    }


def coverage(one: Coverage) -> Json:
    """Whether what is due is enough."""
    return {
        "due": amount(one.due),
        "to_go": amount(one.to_go),
        "ratio": round(one.ratio, 2) if one.ratio is not None else None,
        "needed": round(one.needed, 2),
        "needed_interval": [round(one.low, 2), round(one.high, 2)]
        if one.low is not None and one.high is not None
        else None,
        "source": one.source,
    }
