"""The catalogue: which objects and fields of Sales Cloud the reports use.

A newcomer adds an object by adding a row. Every field named here is a column of the
mirror, whether the org has it or not; ``!`` marks what the reports cannot do without,
``?`` what belongs to a feature that many orgs do not have.
"""

from typing import Final

from sync.kinds import KINDS, Field, Kind, SObject, Vanishing, parse


__all__ = ["CATALOGUE", "KINDS", "Field", "Kind", "SObject", "Vanishing", "parse"]


CATALOGUE: Final[tuple[SObject, ...]] = (
    SObject(
        name="Organization",
        required=True,
        vanishing=Vanishing.REREAD,
        fields=parse(
            "Id! Name! FiscalYearStartMonth:int TimeZoneSidKey DefaultLocaleSidKey "
            "LanguageLocaleKey UsesStartDateAsFiscalYearName:boolean? IsSandbox "
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
        name="FiscalYearSettings",
        vanishing=Vanishing.REREAD,
        feature="fiscal years that are not whole months",
        fields=parse(
            "Id! Name StartDate:date EndDate:date IsStandardYear YearType "
            "SystemModstamp"
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
            "CurrencyIsoCode? SystemModstamp"
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
            "CurrencyIsoCode? Probability:percent CloseDate:date! Type NextStep "
            "LeadSource CampaignId IsClosed! IsWon ForecastCategory "
            "ForecastCategoryName HasOpportunityLineItem:boolean OwnerId! CreatedDate! "
            "CreatedById LastModifiedDate LastModifiedById SystemModstamp! "
            "LastActivityDate:date LastStageChangeDate:datetime PushCount:int? "
            "FiscalYear:int FiscalQuarter:int Loss_Reason__c?"
        ),
    ),
    SObject(
        name="OpportunityHistory",
        feature="days in stage, pushes and amount changes",
        fields=parse(
            "Id! IsDeleted OpportunityId! StageName! Amount:currency "
            "PrevAmount:currency CloseDate:date PrevCloseDate:date Probability:percent "
            "ForecastCategory CurrencyIsoCode? CreatedById CreatedDate! SystemModstamp!"
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
            "IsPersonAccount? CreatedDate LastModifiedDate SystemModstamp!"
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
        name="OpportunitySplit",
        vanishing=Vanishing.SILENT,
        feature="credit that is shared",
        fields=parse(
            "Id! IsDeleted OpportunityId! SplitOwnerId! SplitPercentage:percent "
            "SplitAmount:currency CurrencyIsoCode? CreatedDate SystemModstamp!"
        ),
    ),
    SObject(
        name="OpportunityLineItem",
        feature="products against the amount",
        fields=parse(
            "Id! IsDeleted OpportunityId! Name Quantity:double UnitPrice:currency "
            "TotalPrice:currency ServiceDate:date CurrencyIsoCode? CreatedDate "
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
    SObject(
        name="TaskRelation",
        vanishing=Vanishing.SILENT,
        feature="all contacts of a call",
        fields=parse(
            "Id! IsDeleted TaskId! RelationId! IsWhat CreatedDate SystemModstamp!"
        ),
    ),
    SObject(
        name="VoiceCall",
        feature="calls of Sales Dialer and their tasks, counted once",
        fields=parse(
            "Id! IsDeleted ActivityId OwnerId RelatedRecordId CallType "
            "CallStartDateTime:datetime! CallEndDateTime:datetime "
            "CallDurationInSeconds:int CallDisposition CreatedDate SystemModstamp!"
        ),
    ),
)
