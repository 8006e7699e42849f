"""Invented people and companies from many places, and addresses that lead nowhere.

A name that does not fold to ASCII by itself carries its address form behind a bar.
"""

import math
import unicodedata
from dataclasses import dataclass
from typing import Final

from sandbox.world.dice import Dice


@dataclass(frozen=True, slots=True, kw_only=True)
class Culture:
    """Where somebody is from: what they are called, how they read and work."""

    zones: tuple[str, ...]
    locale: str
    language: str
    currency: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    companies: tuple[str, ...]
    forms: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_AMERICAN: Final = Culture(
    zones=("America/New_York", "America/Chicago", "America/Los_Angeles"),
    locale="en_US",
    language="en_US",
    currency="USD",
    given=_words(
        "Avery Dana Marcus Priscilla Tobias Renée Jamal Kayla Owen Zoë Wesley Noor"
    ),
    family=_words(
        "Ashdown Bellweather Crane D'Amato Eastlake Fontaine Garrow Hollis Ibarra"
        " Jessup Kimball Lockridge O'Rourke Vance-Ito"
    ),
    companies=_words(
        "Alder Bluestem Cascara Driftline Emberly Foxglove Granite Harborview Ironbark"
        " Juniper Kestrel Larkspur Meridian Northfold Orchard Pinehurst Quarry Redstart"
    ),
    forms=("Inc.", "LLC", "Corp.", "& Sons", "Group"),
)
_GERMAN: Final = Culture(
    zones=("Europe/Berlin", "Europe/Zurich"),
    locale="de_DE",
    language="de",
    currency="EUR",
    given=_words(
        "Jürgen Käthe Lukas Anneliese Björn Franziska Uwe Sabine Götz Mareike"
    ),
    family=_words("Weiß|weiss Müllerbeck Straubinger Öztürk Hagedorn Löwenthal Brandt"),
    companies=_words(
        "Gießhof|giesshof Nordwerk Lindentor Süderau Rheinbach Falkenried Erlenhof"
        " Mühlkamp"
    ),
    forms=("GmbH", "AG", "GmbH & Co. KG"),
)
_INDIAN: Final = Culture(
    zones=("Asia/Kolkata",),
    locale="en_IN",
    language="en_US",
    currency="USD",
    given=_words("Aarav Meenakshi Rohan Lakshmi Devika Farhan Ishaan Pooja Vikram"),
    family=_words("Deshmukh Subramaniam Qureshi Banerjee Chatterjee Pillai Rathore"),
    companies=_words("Vasant Indus Kaveri Malabar Nilgiri Sagarika Trishul"),
    forms=("Pvt. Ltd.", "Industries", "Enterprises"),
)
_PERSIAN: Final = Culture(
    zones=("Asia/Tehran",),
    locale="fa_IR",
    language="fa",
    currency="EUR",
    given=_words(
        "نرگس|narges آرش|arash شیرین|shirin کاوه|kaveh مهسا|mahsa بهرام|bahram"
    ),
    family=_words(
        "کاظمی|kazemi یزدانی|yazdani فرهادی|farhadi صبوری|sabouri نیک‌پور|nikpour"
    ),
    companies=_words(
        "سپهر|sepehr دماوند|damavand البرز|alborz کاوش|kavosh زاگرس|zagros"
        " کارون|karun نیلوفر|niloufar پرستو|parastou"
        " آذرخش|azarakhsh بامداد|bamdad سرو|sarv مهرگان|mehregan"
    ),
    forms=_words("صنعت گستر پارس تجارت ترابری فناوری انرژی دارو"),
)
_FRENCH: Final = Culture(
    zones=("Europe/Paris",),
    locale="fr_FR",
    language="fr",
    currency="EUR",
    given=_words("Aurélie Étienne Maëlle François Océane Thibault Hélène Loïc"),
    family=_words("Lefèvre Desrosiers Béranger Quémeneur Garçonnet Thévenin L'Hôte"),
    companies=_words("Clairval Ormoy Vaugrenant Sèvremont Tréfondel Marnois"),
    forms=("SA", "SARL", "& Cie"),
)
_BRAZILIAN: Final = Culture(
    zones=("America/Sao_Paulo",),
    locale="pt_BR",
    language="pt_BR",
    currency="USD",
    given=_words("João Conceição Thaís Antônio Luíza Caetano Inês"),
    family=_words("Araújo Guimarães Magalhães Nóbrega Falcão Teles"),
    companies=_words("Ipanema Jatobá Mangueira Paineira Tucumã"),
    forms=("Ltda.", "S.A."),
)
_POLISH: Final = Culture(
    zones=("Europe/Warsaw",),
    locale="pl_PL",
    language="en_US",
    currency="EUR",
    given=_words(
        "Łukasz|lukasz Agnieszka Zdzisław|zdzislaw Małgorzata|malgorzata Piotr"
    ),
    family=_words("Wiśniewska Żółkowski|zolkowski Krawczyk Dąbrowska Szczęsny"),
    companies=_words("Wisłok|wislok Bursztyn Jantar Modrzew Jesion Kalina Turnia"),
    forms=("Sp. z o.o.", "S.A."),
)
_JAPANESE: Final = Culture(
    zones=("Asia/Tokyo",),
    locale="ja_JP",
    language="ja",
    currency="USD",
    given=_words("美咲|misaki 健太|kenta 由美子|yumiko 拓海|takumi"),
    family=_words("藤本|fujimoto 高橋|takahashi 小野寺|onodera 松井|matsui"),
    companies=_words(
        "朝日岳|asahidake 白樺|shirakaba 海老原|ebihara 青葉台|aobadai"
        " 桜坂|sakurazaka 若松町|wakamatsucho 星見|hoshimi"
    ),
    forms=("株式会社", "工業", "商事"),
)
_ARABIC: Final = Culture(
    zones=("Asia/Dubai",),
    locale="ar_AE",
    language="en_US",
    currency="USD",
    given=_words("ليلى|layla يوسف|yousef هدى|huda سامر|samer"),
    family=_words("النجار|alnajjar حداد|haddad الخطيب|alkhatib منصور|mansour"),
    companies=_words(
        "النخيل|alnakheel الفجر|alfajr المرجان|almarjan الواحة|alwaha الصقر|alsaqr"
        " الرمال|alrimal الأفق|alofoq البيان|albayan"
        " السنبلة|alsunbula المنارة|almanara الريف|alreef القمة|alqimma"
    ),
    forms=_words("للتجارة القابضة للنقل للصناعة للطاقة للأغذية للتقنية"),
)
_NEPALI: Final = Culture(
    zones=("Asia/Kathmandu", "Australia/Adelaide"),
    locale="en_AU",
    language="en_US",
    currency="USD",
    given=_words("Bishnu Sunita Callum Matilda Prakash"),
    family=_words("Gurung Shrestha McKellar Whitfield Tamang"),
    companies=_words("Himal Everest-View Karri Billabong Wattle"),
    forms=("Pty Ltd", "Traders"),
)

#: Where rep 0, 1, 2... is from, over and over: even five reps are a mixed team.
CULTURES: Final = (
    *(_AMERICAN, _GERMAN, _INDIAN, _PERSIAN, _AMERICAN, _FRENCH, _AMERICAN),
    *(_BRAZILIAN, _AMERICAN, _POLISH, _AMERICAN, _JAPANESE, _INDIAN, _AMERICAN),
    *(_ARABIC, _AMERICAN, _GERMAN, _NEPALI, _AMERICAN),
)
_RIGHT_TO_LEFT: Final = (_PERSIAN, _ARABIC)

OWN_DOMAIN: Final = "brightmoor.example"


def folded(name: str) -> str:
    """A name as it can stand in an address."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain.lower() if letter.isalnum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """What a person is called, and how that looks in an address."""

    given: str
    family: str
    local: str

    @property
    def whole(self) -> str:
        """Given name first."""
        return f"{self.given} {self.family}"


def person(dice: Dice, culture: Culture) -> Name:
    """Somebody new."""
    given, _, short = dice.one(culture.given).partition("|")
    family, _, long = dice.one(culture.family).partition("|")
    local = f"{short or folded(given)}.{long or folded(family)}"
    return Name(given=given, family=family, local=local)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """What a company is called, and where its site would be."""

    name: str
    domain: str


_TRADES: Final = _words(
    "Freight Dental Robotics Textiles Foods Analytics Marine Optics Tooling Energy"
    " Packaging Timber Media Clinics Aviation Ceramics Seeds Instruments Coatings"
)


#: More companies than anybody sells to; the step visits every combination once.
_PER_SELLER: Final = 260
_STEP: Final = 7_919


def company(culture: Culture, start: int, seller: int, number: int) -> Company:
    """A seller's company of that number, unlike any other until names run out.

    ``start`` differs from world to world, ``seller`` within a culture; sellers
    below zero count from the other end.
    """
    trades = culture.forms if culture in _RIGHT_TO_LEFT else _TRADES
    parts = (culture.companies, ("", *culture.family), trades)
    many = math.prod(map(len, parts))
    around, place = divmod(seller * _PER_SELLER + number, many)
    rest = (start + place * _STEP) % many
    words, sites = [], []
    for part in parts:
        rest, which = divmod(rest, len(part))
        word, _, short = part[which].partition("|")
        words.append(word)
        sites.append(short or folded(word))
    if around not in (0, -1):
        words.append(str(abs(around) + 1))
    if culture not in _RIGHT_TO_LEFT:
        words.append(culture.forms[place % len(culture.forms)])
    site = "-".join(filter(None, [*sites[:3], str(seller), str(number)]))
    return Company(
        name=" ".join(filter(None, words)), domain=f"{site}.example".replace("--", "-x")
    )
