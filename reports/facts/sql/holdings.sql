-- Which objects held anything at the moment.
select 'Account' as object_name, count(*) as held
from sf_account
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'Contact' as object_name, count(*) as held
from sf_contact
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'Opportunity' as object_name, count(*) as held
from sf_opportunity
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'OpportunityHistory' as object_name, count(*) as held
from sf_opportunityhistory
where (CreatedDate is null or CreatedDate <= {as_of})
union all
select 'OpportunityFieldHistory' as object_name, count(*) as held
from sf_opportunityfieldhistory
where (CreatedDate is null or CreatedDate <= {as_of})
union all
select 'OpportunityContactRole' as object_name, count(*) as held
from sf_opportunitycontactrole
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'OpportunityTeamMember' as object_name, count(*) as held
from sf_opportunityteammember
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'OpportunityLineItem' as object_name, count(*) as held
from sf_opportunitylineitem
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'Task' as object_name, count(*) as held
from sf_task
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'Event' as object_name, count(*) as held
from sf_event
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'EventRelation' as object_name, count(*) as held
from sf_eventrelation
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'EmailMessage' as object_name, count(*) as held
from sf_emailmessage
where (CreatedDate is null or CreatedDate <= {as_of})
  and (gone_at is null or gone_at > {as_of})
union all
select 'User' as object_name, count(*) as held
from sf_user
where (CreatedDate is null or CreatedDate <= {as_of})
union all
select 'Organization' as object_name, count(*) as held
from sf_organization
where gone_at is null or gone_at > {as_of}
union all
select 'OpportunityStage' as object_name, count(*) as held
from sf_opportunitystage
where gone_at is null or gone_at > {as_of}
union all
select 'RecordType' as object_name, count(*) as held
from sf_recordtype
where gone_at is null or gone_at > {as_of}
union all
select 'CurrencyType' as object_name, count(*) as held
from sf_currencytype
where gone_at is null or gone_at > {as_of}
union all
select 'DatedConversionRate' as object_name, count(*) as held
from sf_datedconversionrate
where gone_at is null or gone_at > {as_of}
union all
select 'Period' as object_name, count(*) as held
from sf_period
where gone_at is null or gone_at > {as_of}
union all
select 'UserRole' as object_name, count(*) as held
from sf_userrole
where gone_at is null or gone_at > {as_of}
union all
select 'ForecastingQuota' as object_name, count(*) as held
from sf_forecastingquota
where gone_at is null or gone_at > {as_of}
order by object_name asc nulls last
