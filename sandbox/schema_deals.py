"""The catalogue, second part: opportunities and what hangs on them."""

from typing import Final

from sandbox.schema import SObject, make_object


_RECORD: Final = {
    "undeletable": True,
    "searchable": True,
    "triggerable": True,
}

DEALS: Final[tuple[SObject, ...]] = (
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
        LastAmountChangedHistoryId reference=OpportunityHistory ro
        LastCloseDateChangedHistoryId reference=OpportunityHistory ro
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
        Role picklist=40 in=Decision_Maker/Economic_Buyer/Evaluator/Executive_Sponsor/Influencer/Other
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
)
