-- Every change of a field that field history or our own journal saw. Those after
-- the moment are here too: they take the current row back to it. An owner's change
-- is recorded twice, by name and by id; only the ids are used. The journal speaks
-- for the time before field history was switched on for that field of the deal.
with tracked as (
  select OpportunityId as deal_id,
    case when Field in ('Owner', 'OwnerId') then 'OwnerId'
      when Field in ('Account', 'AccountId') then 'AccountId'
      when Field in ('RecordType', 'RecordTypeId') then 'RecordTypeId'
      else Field end as field_name,
    CreatedDate as happened, Id as record_id, OldValue as old_value,
    NewValue as new_value
  from sf_opportunityfieldhistory
  where CreatedDate is not null and OpportunityId is not null
    and Field not in ('created', 'opportunityCreatedFromLead')
    and (Field not in ('Owner', 'OwnerId') or coalesce(OldValue, NewValue) like '005%')
    and (Field not in ('Account', 'AccountId') or coalesce(OldValue, NewValue) like '001%')
    and (Field not in ('RecordType', 'RecordTypeId')
      or coalesce(OldValue, NewValue) like '012%')
),
begun as (
  select deal_id, field_name, min(happened) as happened
  from tracked
  group by deal_id, field_name
)
select deal_id, field_name, happened, record_id, old_value, new_value
from tracked
union all
select j.deal_id, j.field_name, j.happened, j.record_id, j.old_value, j.new_value
from lent_journal as j
left join begun as b on b.deal_id = j.deal_id and b.field_name = j.field_name
where b.happened is null or j.happened < b.happened
