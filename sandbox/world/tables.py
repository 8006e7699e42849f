"""Which fields the world's objects have, and their types: what schema.json says."""

from typing import Final


_AUDIT: Final = (
    "CreatedDate:datetime CreatedById:reference:User "
    "LastModifiedDate:datetime LastModifiedById:reference:User SystemModstamp:datetime"
)

_TEXT: Final = {
    "Organization": """
        Id:id Name:string FiscalYearStartMonth:int TimeZoneSidKey:picklist
        DefaultLocaleSidKey:picklist LanguageLocaleKey:picklist
        UsesStartDateAsFiscalYearName:boolean IsSandbox:boolean
        OrganizationType:picklist InstanceName:picklist CreatedDate:datetime
        SystemModstamp:datetime""",
    "User": f"""
        Id:id Name:string FirstName:string LastName:string Username:string Email:email
        IsActive:boolean ManagerId:reference:User UserRoleId:reference:UserRole
        TimeZoneSidKey:picklist LocaleSidKey:picklist LanguageLocaleKey:picklist
        Title:string UserType:picklist DefaultCurrencyIsoCode:picklist
        ForecastEnabled:boolean {_AUDIT}""",
    "UserRole": """
        Id:id Name:string DeveloperName:string ParentRoleId:reference:UserRole
        SystemModstamp:datetime""",
    "OpportunityStage": """
        Id:id MasterLabel:string ApiName:string IsActive:boolean SortOrder:int
        IsClosed:boolean IsWon:boolean ForecastCategory:picklist
        ForecastCategoryName:picklist DefaultProbability:percent
        SystemModstamp:datetime""",
    "RecordType": """
        Id:id Name:string DeveloperName:string SobjectType:picklist IsActive:boolean
        SystemModstamp:datetime""",
    "CurrencyType": """
        Id:id IsoCode:picklist ConversionRate:double DecimalPlaces:int
        IsCorporate:boolean IsActive:boolean SystemModstamp:datetime""",
    "DatedConversionRate": """
        Id:id IsoCode:picklist ConversionRate:double StartDate:date NextStartDate:date
        SystemModstamp:datetime""",
    "Period": """
        Id:id Type:picklist Number:int StartDate:date EndDate:date
        FullyQualifiedLabel:string IsForecastPeriod:boolean SystemModstamp:datetime""",
    "ForecastingQuota": """
        Id:id QuotaOwnerId:reference:User PeriodId:reference:Period StartDate:date
        QuotaAmount:currency IsAmount:boolean CurrencyIsoCode:picklist
        SystemModstamp:datetime""",
    "Account": f"""
        Id:id IsDeleted:boolean MasterRecordId:reference:Account Name:string
        Type:picklist Industry:picklist OwnerId:reference:User
        ParentId:reference:Account Website:url Phone:phone CurrencyIsoCode:picklist
        {_AUDIT}""",
    "Contact": f"""
        Id:id IsDeleted:boolean AccountId:reference:Account OwnerId:reference:User
        Name:string FirstName:string LastName:string Title:string Email:email
        Phone:phone MobilePhone:phone EmailBouncedDate:datetime
        EmailBouncedReason:string {_AUDIT}""",
    "Opportunity": f"""
        Id:id IsDeleted:boolean AccountId:reference:Account
        RecordTypeId:reference:RecordType Name:string StageName:picklist
        Amount:currency CurrencyIsoCode:picklist Probability:percent CloseDate:date
        Type:picklist NextStep:string LeadSource:picklist IsClosed:boolean
        IsWon:boolean ForecastCategory:picklist ForecastCategoryName:picklist
        HasOpportunityLineItem:boolean OwnerId:reference:User {_AUDIT}
        LastActivityDate:date LastStageChangeDate:datetime PushCount:int
        HasOpenActivity:boolean HasOverdueTask:boolean FiscalYear:int
        FiscalQuarter:int Loss_Reason__c:picklist""",
    "OpportunityHistory": """
        Id:id IsDeleted:boolean OpportunityId:reference:Opportunity StageName:picklist
        Amount:currency PrevAmount:currency CloseDate:date PrevCloseDate:date
        Probability:percent ForecastCategory:picklist CurrencyIsoCode:picklist
        CreatedById:reference:User CreatedDate:datetime SystemModstamp:datetime""",
    "OpportunityFieldHistory": """
        Id:id IsDeleted:boolean OpportunityId:reference:Opportunity Field:picklist
        DataType:picklist OldValue:anyType NewValue:anyType
        CreatedById:reference:User CreatedDate:datetime""",
    "OpportunityContactRole": f"""
        Id:id IsDeleted:boolean OpportunityId:reference:Opportunity
        ContactId:reference:Contact Role:picklist IsPrimary:boolean {_AUDIT}""",
    "OpportunityTeamMember": f"""
        Id:id IsDeleted:boolean OpportunityId:reference:Opportunity
        UserId:reference:User TeamMemberRole:picklist {_AUDIT}""",
    "OpportunityLineItem": f"""
        Id:id IsDeleted:boolean OpportunityId:reference:Opportunity Name:string
        Quantity:double UnitPrice:currency TotalPrice:currency ServiceDate:date
        CurrencyIsoCode:picklist {_AUDIT}""",
    "Task": f"""
        Id:id IsDeleted:boolean IsArchived:boolean WhoId:reference:Contact|Lead
        WhatId:reference:Opportunity|Account AccountId:reference:Account
        Subject:combobox Status:picklist Priority:picklist IsClosed:boolean
        TaskSubtype:picklist Type:picklist CallType:picklist
        CallDurationInSeconds:int CallDisposition:string ActivityDate:date
        CompletedDateTime:datetime OwnerId:reference:User IsRecurrence:boolean
        {_AUDIT}""",
    "Event": f"""
        Id:id IsDeleted:boolean IsArchived:boolean WhoId:reference:Contact|Lead
        WhatId:reference:Opportunity|Account AccountId:reference:Account
        Subject:combobox StartDateTime:datetime EndDateTime:datetime ActivityDate:date
        DurationInMinutes:int IsAllDayEvent:boolean IsChild:boolean
        IsGroupEvent:boolean IsRecurrence:boolean Type:picklist EventSubtype:picklist
        OwnerId:reference:User {_AUDIT}""",
    "EventRelation": f"""
        Id:id IsDeleted:boolean EventId:reference:Event
        RelationId:reference:Contact|User|Opportunity IsParent:boolean
        IsInvitee:boolean IsWhat:boolean Status:picklist {_AUDIT}""",
    "EmailMessage": f"""
        Id:id IsDeleted:boolean RelatedToId:reference:Opportunity|Account
        ActivityId:reference:Task Incoming:boolean Status:picklist Subject:string
        FromAddress:email ToAddress:string MessageDate:datetime IsBounced:boolean
        AutomationType:picklist {_AUDIT}""",
}


def _fields(text: str) -> dict[str, str]:
    pairs = (item.partition(":") for item in text.split())
    return {name: type_ for name, _, type_ in pairs}


#: Field types by field by object.
TABLES: Final = {name: _fields(text) for name, text in _TEXT.items()}
