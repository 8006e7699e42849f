"""The catalogue, third part: the company, its people, its calendar and its money."""

from typing import Final

from sandbox.schema import SObject, make_object


_SETUP: Final = {"createable": False, "updateable": False, "deletable": False}

ADMIN: Final[tuple[SObject, ...]] = (
    make_object(
        "Organization",
        "00D Organization / Organizations",
        """
        Name string=80 req name
        Division string=80
        Phone phone
        DefaultLocaleSidKey picklist=40 req restricted | Locale
        TimeZoneSidKey picklist=40 req restricted | Time Zone
        LanguageLocaleKey picklist=40 req restricted | Language
        FiscalYearStartMonth int ro
        UsesStartDateAsFiscalYearName boolean ro | Fiscal Year Name by Start
        DefaultCurrencyIsoCode picklist=3 ro
        OrganizationType picklist=40 ro | Edition
        NamespacePrefix string=15 ro
        InstanceName string=5 ro
        IsSandbox boolean ro
        IsReadOnly boolean ro
        TrialExpirationDate datetime ro
        @audit
        """,
        createable=False,
        deletable=False,
    ),
    make_object(
        "User",
        "005 User / Users",
        """
        Username string=80 req lookup
        LastName string=80 req compound=Name
        FirstName string=40 compound=Name
        Name string=121 ro req name | Full Name
        CompanyName string=80
        Division string=80
        Department string=80
        Title string=80
        Email email=128 req lookup
        Phone phone
        MobilePhone phone
        Alias string=8 req
        IsActive boolean | Active
        TimeZoneSidKey picklist=40 req restricted | Time Zone
        UserRoleId reference=UserRole children=Users | Role ID
        LocaleSidKey picklist=40 req restricted | Locale
        ReceivesInfoEmails boolean
        EmailEncodingKey picklist=40 req restricted
        ProfileId reference=Profile req children=Users
        UserType picklist=40 ro in=Standard/PowerPartner/CsnOnly/AutomatedProcess
        LanguageLocaleKey picklist=40 req restricted | Language
        EmployeeNumber string=20
        ManagerId reference=User children=ManagedUsers
        LastLoginDate datetime ro
        @audit
        ForecastEnabled boolean | Allow Forecasting
        DefaultCurrencyIsoCode picklist=3 def nil restricted
        CurrencyIsoCode picklist=3 def nil restricted
        FederationIdentifier string=512
        """,
        deletable=False,
        searchable=True,
        triggerable=True,
    ),
    make_object(
        "UserRole",
        "00E Role / Role",
        """
        Name string=80 req name
        ParentRoleId reference=UserRole norel
        RollupDescription string=80
        ForecastUserId reference=User norel
        DeveloperName string=80
        @audit
        """,
        searchable=True,
    ),
    make_object(
        "Profile",
        "00e Profile / Profile",
        """
        Name string=255 req name
        UserType picklist=40 ro
        Description string
        @audit
        """,
    ),
    make_object(
        "Group",
        "00G Group / Group",
        """
        Name string=40 req name
        DeveloperName string=80
        Type picklist=40 co req in=Regular/Role/Organization/Queue
        Email email
        @audit
        """,
    ),
    make_object(
        "RecordType",
        "012 Record Type / Record Types",
        """
        Name string=80 req name
        DeveloperName string=80 req
        NamespacePrefix string=15 ro
        Description string
        SobjectType picklist=40 co req restricted | SObject Type Name
        IsActive boolean | Active
        @audit
        """,
    ),
    make_object(
        "OpportunityStage",
        "01J Opportunity Stage / Opportunity Stage",
        """
        MasterLabel string=765 ro req name | Master Label
        ApiName string=765 ro | API Name
        IsActive boolean ro | Is Active
        SortOrder int ro | Order
        IsClosed boolean ro | Closed
        IsWon boolean ro | Won
        ForecastCategory picklist=40 ro req restricted
        ForecastCategoryName picklist ro req restricted
        DefaultProbability percent ro | Probability (%)
        Description string ro
        @audit
        """,
        **_SETUP,
        replicateable=False,
    ),
    make_object(
        "Period",
        "026 Period / Period",
        """
        FiscalYearSettingsId reference=FiscalYearSettings ro
        Type picklist=40 ro in=Month/Quarter/Week/Year
        StartDate date ro req
        EndDate date ro req
        SystemModstamp datetime sys
        IsForecastPeriod boolean ro
        QuarterLabel picklist=40 ro
        PeriodLabel picklist=40 ro
        Number int ro
        FullyQualifiedLabel string=40 ro | Name
        """,
        **_SETUP,
        replicateable=False,
    ),
    make_object(
        "FiscalYearSettings",
        "022 Fiscal Year Settings / Fiscal Year Settings",
        """
        PeriodId reference=Period ro
        StartDate date ro
        EndDate date ro
        Name string=80 ro name
        IsStandardYear boolean ro
        YearType picklist=40 ro in=Standard/Custom
        QuarterLabelScheme picklist=40 ro
        PeriodLabelScheme picklist=40 ro
        WeekLabelScheme picklist=40 ro
        Description string ro
        SystemModstamp datetime sys
        """,
        **_SETUP,
        replicateable=False,
    ),
    make_object(
        "CurrencyType",
        "01L Currency Type / Currency Type",
        """
        IsoCode picklist=3 co req restricted
        ConversionRate double=18.6 req
        DecimalPlaces int req
        IsActive boolean | Active
        IsCorporate boolean ro | Corporate Currency
        @audit
        """,
        optional=True,
        deletable=False,
    ),
    make_object(
        "DatedConversionRate",
        "04w Dated Conversion Rate / Dated Conversion Rates",
        """
        IsoCode picklist=3 co req restricted
        StartDate date co req
        NextStartDate date ro
        ConversionRate double=18.6 req
        @audit
        """,
        optional=True,
    ),
    make_object(
        "ForecastingQuota",
        "0J9 Forecasting Quota / Forecasting Quotas",
        """
        PeriodId reference=Period req
        QuotaOwnerId reference=User req
        QuotaAmount currency
        QuotaQuantity double
        CurrencyIsoCode picklist=3 def nil restricted
        IsAmount boolean
        IsQuantity boolean ro
        StartDate date
        ForecastingTypeId string=18
        ProductFamily picklist=40
        CreatedById reference=User sys
        CreatedDate datetime sys
        LastModifiedById reference=User sys
        LastModifiedDate datetime sys
        SystemModstamp datetime sys
        """,
        optional=True,
    ),
)
