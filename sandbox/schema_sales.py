"""The catalogue, first part: deals, those who buy, and what is sold."""

from typing import Final

from sandbox.schema import SObject, make_object


_RECORD: Final = {
    "undeletable": True,
    "searchable": True,
    "triggerable": True,
}

_ADDRESS: Final = """
{0}Street textarea=255 fgs compound={0}Address
{0}City string=40 compound={0}Address
{0}State string=80 compound={0}Address
{0}PostalCode string=20 compound={0}Address
{0}Country string=80 compound={0}Address
{0}Address address ro
"""

SALES: Final[tuple[SObject, ...]] = (
    make_object(
        "Account",
        "001 Account / Accounts",
        f"""
        IsDeleted boolean sys | Deleted
        MasterRecordId reference=Account ro
        Name string=255 req name | Account Name
        Type picklist in=Prospect/Customer_-_Direct/Customer_-_Channel/Other
        ParentId reference=Account children=ChildAccounts
        {_ADDRESS.format("Billing")}
        {_ADDRESS.format("Shipping")}
        Phone phone
        Website url
        Industry picklist in=Banking/Consulting/Education/Energy/Technology/Other
        AnnualRevenue currency=18.0
        NumberOfEmployees int | Employees
        Description textarea
        Rating picklist in=Hot/Warm/Cold
        OwnerId reference=User def
        @audit
        LastActivityDate date ro
        AccountSource picklist
        """,
        **_RECORD,
    ),
    make_object(
        "Contact",
        "003 Contact / Contacts",
        f"""
        IsDeleted boolean sys | Deleted
        MasterRecordId reference=Contact ro
        AccountId reference=Account children=Contacts cascade
        LastName string=80 req compound=Name
        FirstName string=40 compound=Name
        Salutation picklist=40 compound=Name in=Mr./Ms./Mrs./Dr./Prof.
        Name string=121 ro req name | Full Name
        {_ADDRESS.format("Mailing")}
        Phone phone
        MobilePhone phone
        ReportsToId reference=Contact
        Email email lookup
        Title string=128
        Department string=80
        LeadSource picklist in=Web/Phone_Inquiry/Partner_Referral/Purchased_List/Other
        Birthdate date
        Description textarea
        OwnerId reference=User def
        HasOptedOutOfEmail boolean
        DoNotCall boolean
        @audit
        LastActivityDate date ro
        EmailBouncedReason string
        EmailBouncedDate datetime
        IsEmailBounced boolean ro
        """,
        **_RECORD,
    ),
    make_object(
        "Lead",
        "00Q Lead / Leads",
        """
        IsDeleted boolean sys | Deleted
        MasterRecordId reference=Lead ro
        LastName string=80 req compound=Name
        FirstName string=40 compound=Name
        Name string=121 ro req name | Full Name
        Title string=128
        Company string=255 req
        Phone phone
        MobilePhone phone
        Email email lookup
        Website url
        Description textarea
        LeadSource picklist in=Web/Phone_Inquiry/Partner_Referral/Purchased_List/Other
        Status picklist def in=Open/Working/Qualified/Unqualified
        Industry picklist
        Rating picklist in=Hot/Warm/Cold
        OwnerId reference=User,Group def
        IsConverted boolean ro
        ConvertedDate date ro
        ConvertedAccountId reference=Account ro
        ConvertedContactId reference=Contact ro
        ConvertedOpportunityId reference=Opportunity ro
        @audit
        LastActivityDate date ro
        """,
        **_RECORD,
    ),
    make_object(
        "Opportunity",
        "006 Opportunity / Opportunities",
        """
        IsDeleted boolean sys | Deleted
        AccountId reference=Account children=Opportunities cascade
        RecordTypeId reference=RecordType
        IsPrivate boolean
        Name string=120 req name
        Description textarea
        StageName picklist req | Stage
        Amount currency
        Probability percent def nil | Probability (%)
        ExpectedRevenue currency ro | Expected Amount
        TotalOpportunityQuantity double | Quantity
        CloseDate date req
        Type picklist in=New_Business/Existing_Business | Opportunity Type
        NextStep string
        LeadSource picklist in=Web/Phone_Inquiry/Partner_Referral/Purchased_List/Other
        IsClosed boolean ro | Closed
        IsWon boolean ro | Won
        ForecastCategory picklist=40 ro req restricted in=Omitted/Pipeline/BestCase/MostLikely/Forecast/Closed
        ForecastCategoryName picklist def nil restricted in=Omitted/Pipeline/Best_Case/Commit/Closed | Forecast Category
        CurrencyIsoCode picklist=3 def nil restricted
        CampaignId reference=Campaign children=Opportunities
        HasOpportunityLineItem boolean ro | Has Line Item
        Pricebook2Id reference=Pricebook2 children=Opportunities | Price Book ID
        OwnerId reference=User def
        @audit
        LastActivityDate date ro | Last Activity
        LastActivityInDays int ro
        PushCount int ro
        LastStageChangeDate datetime ro
        LastStageChangeInDays int ro
        FiscalQuarter int ro compound=Fiscal
        FiscalYear int ro compound=Fiscal
        Fiscal string=6 ro | Fiscal Period
        ContactId reference=Contact co norel children=Opportunities
        LastViewedDate datetime ro
        LastReferencedDate datetime ro
        HasOpenActivity boolean ro nofilter nosort
        HasOverdueTask boolean ro nofilter nosort
        """,
        **_RECORD,
    ),
    make_object(
        "OpportunityHistory",
        "008 Opportunity History / Opportunity History",
        """
        OpportunityId reference=Opportunity ro req children=OpportunityHistories cascade
        CreatedById reference=User sys
        CreatedDate datetime sys
        StageName picklist ro req | To Stage
        Amount currency ro
        PrevAmount currency ro
        ExpectedRevenue currency ro
        CloseDate date ro
        PrevCloseDate date ro
        Probability percent ro
        ForecastCategory picklist=40 ro | To ForecastCategory
        CurrencyIsoCode picklist=3 ro restricted
        SystemModstamp datetime sys
        IsDeleted boolean sys | Deleted
        """,
        createable=False,
        updateable=False,
        deletable=False,
    ),
    make_object(
        "OpportunityFieldHistory",
        "017 Opportunity Field History / Opportunity Field History",
        """
        IsDeleted boolean sys | Deleted
        OpportunityId reference=Opportunity ro req children=Histories cascade
        CreatedById reference=User sys
        CreatedDate datetime sys
        Field picklist ro req | Changed Field
        DataType picklist=255 ro
        OldValue anyType ro
        NewValue anyType ro
        """,
        createable=False,
        updateable=False,
        deletable=False,
    ),
    make_object(
        "OpportunityContactRole",
        "00K Opportunity Contact Role / Opportunity Contact Role",
        """
        OpportunityId reference=Opportunity co req children=OpportunityContactRoles cascade
        ContactId reference=Contact req children=OpportunityContactRoles cascade
        Role picklist in=Decision_Maker/Economic_Buyer/Evaluator/Executive_Sponsor/Influencer/Other
        IsPrimary boolean
        @audit
        IsDeleted boolean sys | Deleted
        """,
        triggerable=True,
    ),
    make_object(
        "OpportunityTeamMember",
        "00q Opportunity Team Member / Opportunity Team Member",
        """
        OpportunityId reference=Opportunity co req children=OpportunityTeamMembers cascade
        UserId reference=User co req
        Name string=361 ro name
        TeamMemberRole picklist
        OpportunityAccessLevel picklist=40 def nil
        CurrencyIsoCode picklist=3 def nil restricted
        @audit
        IsDeleted boolean sys | Deleted
        """,
        optional=True,
    ),
    make_object(
        "OpportunitySplit",
        "1dc Opportunity Split / Opportunity Splits",
        """
        IsDeleted boolean sys | Deleted
        @audit
        OpportunityId reference=Opportunity co req children=OpportunitySplits cascade
        SplitOwnerId reference=User req
        SplitPercentage percent
        SplitAmount currency
        SplitNote string
        """,
        optional=True,
    ),
    make_object(
        "OpportunityLineItem",
        "00k Opportunity Product / Opportunity Product",
        """
        OpportunityId reference=Opportunity co req children=OpportunityLineItems cascade
        SortOrder int ro
        PricebookEntryId reference=PricebookEntry co
        Product2Id reference=Product2 co
        ProductCode string ro
        Name string=376 ro name | Opportunity Product Name
        Quantity double=12.2 req
        TotalPrice currency
        UnitPrice currency | Sales Price
        ListPrice currency ro
        CurrencyIsoCode picklist=3 def nil restricted
        ServiceDate date | Date
        Description string | Line Description
        @audit
        IsDeleted boolean sys | Deleted
        """,
        triggerable=True,
    ),
    make_object(
        "Product2",
        "01t Product / Products",
        """
        Name string=255 req name | Product Name
        ProductCode string
        Description textarea
        IsActive boolean | Active
        Family picklist
        @audit
        IsDeleted boolean sys | Deleted
        """,
        **_RECORD,
    ),
    make_object(
        "Pricebook2",
        "01s Price Book / Price Books",
        """
        Name string=255 req name | Price Book Name
        IsActive boolean | Active
        IsStandard boolean ro
        Description string
        @audit
        IsDeleted boolean sys | Deleted
        """,
        undeletable=True,
    ),
    make_object(
        "PricebookEntry",
        "01u Price Book Entry / Price Book Entries",
        """
        Name string=255 ro name | Product Name
        Pricebook2Id reference=Pricebook2 co req children=PricebookEntries
        Product2Id reference=Product2 co req children=PricebookEntries
        UnitPrice currency req | List Price
        IsActive boolean | Active
        @audit
        IsDeleted boolean sys | Deleted
        """,
    ),
    make_object(
        "Campaign",
        "701 Campaign / Campaigns",
        """
        IsDeleted boolean sys | Deleted
        Name string=80 req name | Campaign Name
        ParentId reference=Campaign children=ChildCampaigns
        Type picklist
        Status picklist
        StartDate date
        EndDate date
        IsActive boolean | Active
        OwnerId reference=User def
        @audit
        """,
        **_RECORD,
    ),
    make_object(
        "Case",
        "500 Case / Cases",
        """
        IsDeleted boolean sys | Deleted
        CaseNumber string=30 ro req name
        ContactId reference=Contact children=Cases
        AccountId reference=Account children=Cases
        Status picklist def in=New/Working/Escalated/Closed
        Priority picklist in=High/Medium/Low
        Subject string
        IsClosed boolean ro | Closed
        ClosedDate datetime ro
        OwnerId reference=User,Group def
        @audit
        """,
        **_RECORD,
    ),
)
