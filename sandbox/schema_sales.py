"""The catalogue, first part: those who buy, and what is sold."""

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
        Type picklist=40 in=Prospect/Customer_-_Direct/Customer_-_Channel/Other
        ParentId reference=Account children=ChildAccounts
        {_ADDRESS.format("Billing")}
        {_ADDRESS.format("Shipping")}
        Phone phone
        Website url
        Industry picklist=40 in=Banking/Consulting/Education/Energy/Technology/Other
        AnnualRevenue currency=18.0
        NumberOfEmployees int | Employees
        Description textarea
        Rating picklist=40 in=Hot/Warm/Cold
        OwnerId reference=User def
        @audit
        LastActivityDate date ro
        AccountSource picklist=40
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
        IsConverted boolean co
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
        CaseNumber string=30 ro req name lookup nogroup
        ContactId reference=Contact children=Cases
        AccountId reference=Account children=Cases
        Status picklist=40 def nil in=New/Working/Escalated/Closed
        Priority picklist=40 in=High/Medium/Low
        Subject string
        IsClosed boolean ro | Closed
        ClosedDate datetime ro
        OwnerId reference=User,Group def
        @audit
        """,
        **_RECORD,
    ),
)
