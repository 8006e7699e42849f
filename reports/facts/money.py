"""Money: which currency an amount is in, and what it is in the corporate one.

A rate says how many units of a currency one unit of the corporate currency buys.
Dated rates win for the days they are for; without any rate there is no amount.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any


CENT = Decimal("0.01")
DOLLAR = "USD"

#: An organisation with one currency does not say which: its locale's, as when it
#: was signed up. Country of the locale to currency; the euro's countries below.
OF_COUNTRY: Mapping[str, str] = {
    "AE": "AED", "AR": "ARS", "AU": "AUD", "BR": "BRL", "CA": "CAD", "CH": "CHF",
    "CL": "CLP", "CN": "CNY", "CO": "COP", "CZ": "CZK", "DK": "DKK", "EG": "EGP",
    "GB": "GBP", "HK": "HKD", "HU": "HUF", "ID": "IDR", "IL": "ILS", "IN": "INR",
    "IS": "ISK", "JP": "JPY", "KR": "KRW", "MX": "MXN", "MY": "MYR", "NG": "NGN",
    "NO": "NOK", "NZ": "NZD", "PE": "PEN", "PH": "PHP", "PL": "PLN", "RO": "RON",
    "SA": "SAR", "SE": "SEK", "SG": "SGD", "TH": "THB", "TR": "TRY", "TW": "TWD",
    "UA": "UAH", "US": "USD", "VN": "VND", "ZA": "ZAR",
}  # fmt: skip
EURO = frozenset({
    "AT", "BE", "BG", "CY", "DE", "EE", "ES", "FI", "FR", "GR", "HR", "IE", "IT", "LT",
    "LU", "LV", "MT", "NL", "PT", "SI", "SK",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The currencies of an organisation and what they are worth."""

    corporate: str
    standing: Mapping[str, Decimal] = field(default_factory=dict)
    retired: frozenset[str] = frozenset()  #: out of use, whatever their rate
    #: by currency: first day, first day no longer, rate; earliest first
    dated: Mapping[str, tuple[tuple[date, date | None, Decimal], ...]] = field(
        default_factory=dict
    )

    def rate(self, currency: str, on: date) -> Decimal | None:
        """How many units of ``currency`` one corporate unit buys on a day."""
        for start, end, rate in self.dated.get(currency, ()):
            if start <= on and (end is None or on < end):
                return rate
        if currency == self.corporate:
            return Decimal(1)
        return self.standing.get(currency)

    def base(self, amount: Decimal | None, currency: str, on: date) -> Decimal | None:
        """An amount in the corporate currency, to the cent; None without a rate."""
        return exchanged(amount, self.rate(currency, on))

    def forecast(self, amount: Decimal, currency: str, on: date) -> Decimal | None:
        """Likewise for forecasts and quotas, which know no dated rates.

        Only where a currency has no standing rate does the dated one of ``on`` speak.
        """
        standing = None if currency == self.corporate else self.standing.get(currency)
        return exchanged(amount, standing or self.rate(currency, on))


def exchanged(amount: Decimal | None, rate: Decimal | None) -> Decimal | None:
    """So much in the corporate currency, to the cent; None without a rate."""
    if amount is None or not rate:
        return None
    return (amount / rate).quantize(CENT, rounding=ROUND_HALF_EVEN)


def rates_of(rows: Iterable[Mapping[str, Any]], locale: str | None) -> Rates:
    """The rates as the organisation keeps them; without any, its locale's currency."""
    corporate = currency_of(locale)
    standing: dict[str, Decimal] = {}
    retired: set[str] = set()
    dated: dict[str, list[tuple[date, date | None, Decimal]]] = {}
    for row in rows:
        if row["is_corporate"]:
            corporate = row["currency"]
        if not row["is_active"]:
            retired.add(row["currency"])
        if row["rate"] is None:
            continue
        if row["start_date"] is None:
            standing[row["currency"]] = row["rate"]
        else:
            days = (row["start_date"], row["end_date"], row["rate"])
            dated.setdefault(row["currency"], []).append(days)
    return Rates(
        corporate=corporate,
        standing=standing,
        retired=frozenset(retired),
        dated={currency: tuple(found) for currency, found in dated.items()},
    )


def currency_of(locale: str | None) -> str:
    """The currency of a locale such as ``nl_NL`` or ``de_DE_EURO``."""
    country = (locale or "").replace("-", "_").split("_")[1:]
    for part in country:
        if part in EURO:
            return "EUR"
        if part in OF_COUNTRY:
            return OF_COUNTRY[part]
    return DOLLAR
