"""What is missing, stale or contradicts itself: every hygiene rule, in order."""

from reports.judgement.hygiene_dates import DATES
from reports.judgement.hygiene_money import MONEY
from reports.judgement.hygiene_people import PEOPLE
from reports.judgement.hygiene_record import RECORD
from reports.judgement.hygiene_rules import HygieneRule
from reports.judgement.hygiene_stage import STAGE


HYGIENE: list[HygieneRule] = [*DATES, *MONEY, *RECORD, *PEOPLE, *STAGE]
