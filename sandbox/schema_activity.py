"""The catalogue, second part: what people did with a deal."""

from typing import Final

from sandbox.schema import SObject, make_object


_WHAT: Final = "Account,Campaign,Case,Opportunity,Product2"

ACTIVITY: Final[tuple[SObject, ...]] = (
    make_object(
        "Task",
        "00T Task / Tasks",
        f"""
        WhoId reference=Contact,Lead children=Tasks cascade | Name ID
        WhatId reference={_WHAT} children=Tasks cascade | Related To ID
        WhoCount int ro
        WhatCount int ro
        Subject combobox=255 name nil
        ActivityDate date | Due Date Only
        Status picklist def in=Not_Started/In_Progress/Completed/Waiting_on_someone_else/Deferred
        Priority picklist def in=High/Normal/Low
        IsHighPriority boolean ro
        OwnerId reference=User,Group def | Assigned To ID
        Description textarea
        CurrencyIsoCode picklist=3 def nil restricted
        Type picklist in=Call/Email/Meeting/Other
        IsDeleted boolean sys | Deleted
        AccountId reference=Account ro
        IsClosed boolean ro | Closed
        @audit
        IsArchived boolean ro | Archived
        CallDurationInSeconds int | Call Duration
        CallType picklist=40 restricted in=Internal/Inbound/Outbound
        CallDisposition string | Call Result
        CallObject string | Call Object Identifier
        ReminderDateTime datetime
        IsReminderSet boolean
        RecurrenceActivityId reference=Task ro norel
        IsRecurrence boolean co | Create Recurring Series of Tasks
        TaskSubtype picklist=40 co restricted in=Task/Email/List_Email/Cadence/Call/LinkedIn
        CompletedDateTime datetime ro
        """,
        undeletable=True,
        searchable=True,
        triggerable=True,
    ),
    make_object(
        "Event",
        "00U Event / Events",
        f"""
        WhoId reference=Contact,Lead children=Events cascade | Name ID
        WhatId reference={_WHAT} children=Events cascade | Related To ID
        WhoCount int ro
        WhatCount int ro
        Subject combobox=255 name nil nogroup
        Location string
        IsAllDayEvent boolean | All-Day Event
        ActivityDateTime datetime | Due Date Time
        ActivityDate date | Due Date Only
        DurationInMinutes int | Duration
        StartDateTime datetime | Start Date Time
        EndDateTime datetime | End Date Time
        EndDate date ro
        Description textarea
        AccountId reference=Account ro
        OwnerId reference=User def | Assigned To ID
        CurrencyIsoCode picklist=3 def nil restricted
        Type picklist in=Call/Email/Meeting/Other
        IsPrivate boolean
        ShowAs picklist=40 in=Busy/OutOfOffice/Free
        IsDeleted boolean sys | Deleted
        IsChild boolean ro
        IsGroupEvent boolean ro
        GroupEventType picklist=40 ro
        @audit
        IsArchived boolean ro | Archived
        RecurrenceActivityId reference=Event ro norel
        IsRecurrence boolean co | Create Recurring Series of Events
        IsReminderSet boolean
        EventSubtype picklist=40 co restricted in=Event
        """,
        undeletable=True,
        searchable=True,
        triggerable=True,
    ),
    make_object(
        "EventRelation",
        "0RE Event Relation / Event Relations",
        """
        RelationId reference=Contact,Lead,User,Account,Opportunity co req children=EventRelations
        EventId reference=Event co req children=EventRelations cascade
        Status picklist=40 in=New/Declined/Accepted/Uninvited/Maybe
        IsParent boolean co
        IsWhat boolean ro
        IsInvitee boolean co
        RespondedDate datetime
        Response string
        AccountId reference=Account ro
        @audit
        IsDeleted boolean sys | Deleted
        """,
        optional=True,
    ),
    make_object(
        "TaskRelation",
        "0RT Task Relation / Task Relations",
        """
        RelationId reference=Contact,Lead,Account,Opportunity co req children=TaskRelations
        TaskId reference=Task co req children=TaskRelations cascade
        IsWhat boolean ro
        AccountId reference=Account ro
        @audit
        IsDeleted boolean sys | Deleted
        """,
        optional=True,
    ),
    make_object(
        "EmailMessage",
        "02s Email Message / Email Messages",
        """
        ParentId reference=Case co children=EmailMessages
        ActivityId reference=Task co children=EmailMessages
        CreatedById reference=User sys
        CreatedDate datetime sys
        LastModifiedDate datetime sys
        LastModifiedById reference=User sys
        SystemModstamp datetime sys
        Subject string=3000 name
        FromName string=1000
        FromAddress email=1000
        ToAddress string=4000 nogroup nosort
        CcAddress string=4000 nogroup nosort
        Incoming boolean co | Is Incoming
        HasAttachment boolean ro
        Status picklist def in=0/1/2/3/4/5
        MessageDate datetime
        IsDeleted boolean sys | Deleted
        MessageIdentifier string=765
        ThreadIdentifier string=765
        IsClientManaged boolean co
        RelatedToId reference=Account,Campaign,Case,Opportunity children=Emails
        IsTracked boolean
        FirstOpenedDate datetime
        LastOpenedDate datetime
        IsBounced boolean
        AutomationType picklist=40 restricted in=AiAssisted/AiAutomated
        CurrencyIsoCode picklist=3 def nil restricted
        """,
        undeletable=True,
        triggerable=True,
    ),
    make_object(
        "VoiceCall",
        "0LQ Voice Call / Voice Calls",
        """
        IsDeleted boolean sys | Deleted
        @audit
        OwnerId reference=User def
        ActivityId reference=Task
        UserId reference=User
        RelatedRecordId reference=Account,Contact,Lead,Opportunity
        CallType picklist=40 req in=Inbound/Outbound/Internal
        CallStartDateTime datetime req
        CallEndDateTime datetime req
        CallDurationInSeconds int
        CallDisposition string
        FromPhoneNumber phone req
        ToPhoneNumber phone req
        """,
        optional=True,
    ),
    make_object(
        "TaskStatus",
        "- Task Status Value / Task Status Value",
        """
        MasterLabel string=765 ro req name | Master Label
        SortOrder int ro
        IsDefault boolean ro
        IsClosed boolean ro | Closed
        @audit
        """,
        createable=False,
        updateable=False,
        deletable=False,
        replicateable=False,
        bulk=False,
    ),
    make_object(
        "TaskPriority",
        "- Task Priority Value / Task Priority Value",
        """
        MasterLabel string=765 ro req name | Master Label
        SortOrder int ro
        IsDefault boolean ro
        IsHighPriority boolean ro
        @audit
        """,
        createable=False,
        updateable=False,
        deletable=False,
        replicateable=False,
        bulk=False,
    ),
)
