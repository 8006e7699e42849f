"""The catalogue: which objects and fields of Sales Cloud the reports use.

A newcomer adds an object by adding a row. Every field named here is a column of the
mirror, whether the org has it or not; ``!`` marks what the reports cannot do without.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a column of the mirror holds; the values are DuckDB's types."""

    TEXT = "VARCHAR"
    BOOLEAN = "BOOLEAN"
    DATE = "DATE"
    MOMENT = "TIMESTAMP"  #: UTC, without zone
    MONEY = "DECIMAL(18,2)"
    NUMBER = "DECIMAL(18,4)"
    RATE = "DECIMAL(18,9)"  #: of exchange; some are tiny
    INTEGER = "BIGINT"


class Vanishing(StrEnum):
    """How rows leave an object, and so how their going is noticed."""

    NEVER = "never"  #: deactivated at most
    LOGGED = "logged"  #: IsDeleted and the delete log tell
    SILENT = "silent"  #: may go without trace: the count is compared, then the ids
    REREAD = "reread"  #: small; read in full every time


#: Types as describe names them, and the columns that hold them.
KINDS: Final[Mapping[str, Kind]] = {
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "datetime": Kind.MOMENT,
    "currency": Kind.MONEY,
    "percent": Kind.NUMBER,
    "double": Kind.NUMBER,
    "int": Kind.INTEGER,
    "rate": Kind.RATE,  # ours, for a double
}

#: Names that say that they are moments.
MOMENTS: Final = frozenset({"CreatedDate", "LastModifiedDate", "SystemModstamp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column of the mirror."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SObject:
    """An object of Sales Cloud and how it is kept up to date."""

    name: str
    fields: tuple[Field, ...]
    vanishing: Vanishing = Vanishing.LOGGED
    required: bool = False
    feature: str = ""  #: what the reports lose without it

    @property
    def table(self) -> str:
        """The mirror's table."""
        return f"sf_{self.name.lower()}"

    @property
    def cursor(self) -> str | None:
        """The field that says when a row last changed; None: always read in full."""
        if self.vanishing is Vanishing.REREAD:
            return None
        names = {field.name for field in self.fields}
        return "SystemModstamp" if "SystemModstamp" in names else "CreatedDate"

    @property
    def deletable(self) -> bool:
        """Whether rows carry IsDeleted."""
        return any(field.name == "IsDeleted" for field in self.fields)


def parse(text: str) -> tuple[Field, ...]:
    """Fields from words: ``Name!`` is required, ``Amount:currency`` has a type."""
    return tuple(parse_field(word) for word in text.split())


def parse_field(word: str) -> Field:
    """One field from a word."""
    name, _, type_ = word.replace("!", "").partition(":")
    is_question = name.startswith("Is") and name[2:3].isupper()  # unlike IsoCode
    guess = "datetime" if name in MOMENTS else "boolean" if is_question else ""
    kind = KINDS.get(type_ or guess, Kind.TEXT)
    return Field(name=name, kind=kind, required="!" in word)


CATALOGUE: Final[tuple[SObject, ...]] = (
    SObject(
        name="Organization",
        required=True,
        vanishing=Vanishing.REREAD,
        fields=parse(
            "Id! Name! FiscalYearStartMonth:int TimeZoneSidKey DefaultLocaleSidKey "
            "LanguageLocaleKey UsesStartDateAsFiscalYearName:boolean IsSandbox "
            "SystemModstamp"
        ),
    ),
    SObject(
        name="OpportunityStage",
        required=True,
        vanishing=Vanishing.REREAD,
        fields=parse(
            "Id! MasterLabel! ApiName IsActive SortOrder:int! IsClosed! IsWon! "
            "ForecastCategory ForecastCategoryName DefaultProbability:percent "
            "SystemModstamp"
        ),
    ),
    SObject(
        name="RecordType",
        vanishing=Vanishing.REREAD,
        feature="stage lists by record type",
        fields=parse("Id! Name DeveloperName SobjectType IsActive SystemModstamp"),
    ),
    SObject(
        name="CurrencyType",
        vanishing=Vanishing.REREAD,
        feature="amounts in the corporate currency",
        fields=parse(
            "Id! IsoCode! ConversionRate:rate IsCorporate IsActive SystemModstamp"
        ),
    ),
    SObject(
        name="Period",
        vanishing=Vanishing.REREAD,
        feature="fiscal quarters of the org's own calendar",
        fields=parse(
            "Id! Type Number:int StartDate:date EndDate:date FullyQualifiedLabel "
            "IsForecastPeriod SystemModstamp"
        ),
    ),
    SObject(
        name="UserRole",
        vanishing=Vanishing.REREAD,
        feature="the role hierarchy",
        fields=parse("Id! Name ParentRoleId SystemModstamp"),
    ),
    SObject(
        name="DatedConversionRate",
        vanishing=Vanishing.REREAD,
        feature="exchange rates by date",
        fields=parse(
            "Id! IsoCode ConversionRate:rate StartDate:date NextStartDate:date "
            "SystemModstamp"
        ),
    ),
    SObject(
        name="ForecastingQuota",
        vanishing=Vanishing.REREAD,
        feature="the quota bar",
        fields=parse(
            "Id! QuotaOwnerId PeriodId StartDate:date QuotaAmount:currency IsAmount "
            "CurrencyIsoCode SystemModstamp"
        ),
    ),
    SObject(
        name="User",
        required=True,
        vanishing=Vanishing.NEVER,
        fields=parse(
            "Id! Name! FirstName LastName Username Email! IsActive! ManagerId "
            "UserRoleId TimeZoneSidKey LocaleSidKey LanguageLocaleKey Title UserType "
            "CreatedDate LastModifiedDate SystemModstamp!"
        ),
    ),
    SObject(
        name="Opportunity",
        required=True,
        fields=parse(
            "Id! IsDeleted AccountId RecordTypeId Name! StageName! Amount:currency "
            "CurrencyIsoCode Probability:percent CloseDate:date! Type NextStep "
            "LeadSource CampaignId IsClosed! IsWon ForecastCategory "
            "ForecastCategoryName HasOpportunityLineItem:boolean OwnerId! CreatedDate! "
            "CreatedById LastModifiedDate LastModifiedById SystemModstamp! "
            "LastActivityDate:date LastStageChangeDate:datetime PushCount:int "
            "FiscalYear:int FiscalQuarter:int Loss_Reason__c"
        ),
    ),
    SObject(
        name="OpportunityHistory",
        feature="days in stage, pushes and amount changes",
        fields=parse(
            "Id! IsDeleted OpportunityId! StageName! Amount:currency "
            "PrevAmount:currency CloseDate:date PrevCloseDate:date Probability:percent "
            "ForecastCategory CurrencyIsoCode CreatedById CreatedDate! SystemModstamp!"
        ),
    ),
    SObject(
        name="OpportunityFieldHistory",
        feature="changes of tracked fields",
        fields=parse(
            "Id! IsDeleted OpportunityId! Field! OldValue NewValue CreatedById "
            "CreatedDate!"
        ),
    ),
    SObject(
        name="Account",
        feature="account names",
        fields=parse(
            "Id! IsDeleted Name! Type Industry OwnerId ParentId Website Phone "
            "CreatedDate LastModifiedDate SystemModstamp!"
        ),
    ),
    SObject(
        name="Contact",
        feature="who the buyers are",
        fields=parse(
            "Id! IsDeleted AccountId OwnerId Name FirstName LastName Title Email Phone "
            "MobilePhone EmailBouncedDate:datetime CreatedDate LastModifiedDate "
            "SystemModstamp!"
        ),
    ),
    SObject(
        name="OpportunityContactRole",
        vanishing=Vanishing.SILENT,
        feature="which buyers a deal involves",
        fields=parse(
            "Id! IsDeleted OpportunityId! ContactId! Role IsPrimary CreatedDate "
            "LastModifiedDate SystemModstamp!"
        ),
    ),
    SObject(
        name="OpportunityTeamMember",
        vanishing=Vanishing.SILENT,
        feature="who else works on a deal",
        fields=parse(
            "Id! IsDeleted OpportunityId! UserId! TeamMemberRole CreatedDate "
            "SystemModstamp!"
        ),
    ),
    SObject(
        name="OpportunityLineItem",
        feature="products against the amount",
        fields=parse(
            "Id! IsDeleted OpportunityId! Name Quantity:double UnitPrice:currency "
            "TotalPrice:currency ServiceDate:date CurrencyIsoCode CreatedDate "
            "SystemModstamp!"
        ),
    ),
    SObject(
        name="Task",
        feature="calls and tasks",
        fields=parse(
            "Id! IsDeleted IsArchived WhoId WhatId! AccountId Subject Status! Priority "
            "IsClosed! TaskSubtype Type CallType CallDurationInSeconds:int "
            "CallDisposition ActivityDate:date CompletedDateTime:datetime OwnerId "
            "IsRecurrence CreatedDate CreatedById LastModifiedDate SystemModstamp!"
        ),
    ),
    SObject(
        name="Event",
        feature="meetings",
        fields=parse(
            "Id! IsDeleted IsArchived WhoId WhatId! AccountId Subject "
            "StartDateTime:datetime EndDateTime:datetime ActivityDate:date "
            "DurationInMinutes:int IsAllDayEvent IsChild IsGroupEvent IsRecurrence "
            "Type EventSubtype OwnerId CreatedDate CreatedById LastModifiedDate "
            "SystemModstamp!"
        ),
    ),
    SObject(
        name="EventRelation",
        vanishing=Vanishing.SILENT,
        feature="who was invited to a meeting",
        fields=parse(
            "Id! IsDeleted EventId! RelationId! IsParent IsInvitee IsWhat Status "
            "CreatedDate SystemModstamp!"
        ),
    ),
    SObject(
        name="EmailMessage",
        feature="emails",
        fields=parse(
            "Id! IsDeleted RelatedToId! ActivityId Incoming:boolean! Status Subject "
            "FromAddress ToAddress MessageDate:datetime! IsBounced AutomationType "
            "CreatedById CreatedDate LastModifiedDate SystemModstamp!"
        ),
    ),
)
