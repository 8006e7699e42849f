"""Why a deal deserves a conversation: every signal, in the order readers see them."""

from reports.judgement.rules import Rule
from reports.judgement.signals_chance import CHANCE
from reports.judgement.signals_dates import DATES
from reports.judgement.signals_deal import DEAL
from reports.judgement.signals_good import GOOD
from reports.judgement.signals_people import PEOPLE
from reports.judgement.signals_silence import SILENCE
from reports.judgement.signals_stall import STALL


SIGNALS: list[Rule] = [*STALL, *SILENCE, *DATES, *CHANCE, *PEOPLE, *DEAL, *GOOD]
