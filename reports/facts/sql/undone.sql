-- What the first change after the moment replaced, field by field: one row per deal.
-- The old value may be none, so each field says whether it was changed at all.
with undoing as (
  select deal_id, field_name, old_value, row_number() over (
      partition by deal_id, field_name
      order by happened asc nulls last, record_id asc nulls last) as place
  from fact_change
  where happened > {as_of}
)
select deal_id,
  count(case when field_name = 'StageName' then 1 end) as stage_undone,
  max(case when field_name = 'StageName' then old_value end) as stage,
  count(case when field_name = 'Amount' then 1 end) as amount_undone,
  max(case when field_name = 'Amount' then old_value end) as amount,
  count(case when field_name = 'CloseDate' then 1 end) as close_date_undone,
  max(case when field_name = 'CloseDate' then old_value end) as close_date,
  count(case when field_name = 'Probability' then 1 end) as probability_undone,
  max(case when field_name = 'Probability' then old_value end) as probability,
  count(case when field_name = 'OwnerId' then 1 end) as owner_undone,
  max(case when field_name = 'OwnerId' then old_value end) as owner_id,
  count(case when field_name = 'NextStep' then 1 end) as next_step_undone,
  max(case when field_name = 'NextStep' then old_value end) as next_step,
  count(case when field_name = 'Name' then 1 end) as name_undone,
  max(case when field_name = 'Name' then old_value end) as name,
  count(case when field_name = 'Type' then 1 end) as type_undone,
  max(case when field_name = 'Type' then old_value end) as type_name,
  count(case when field_name = 'LeadSource' then 1 end) as lead_source_undone,
  max(case when field_name = 'LeadSource' then old_value end) as lead_source,
  count(case when field_name = 'AccountId' then 1 end) as account_undone,
  max(case when field_name = 'AccountId' then old_value end) as account_id,
  count(case when field_name = 'RecordTypeId' then 1 end) as record_type_undone,
  max(case when field_name = 'RecordTypeId' then old_value end) as record_type_id,
  count(case when field_name = 'Loss_Reason__c' then 1 end) as loss_reason_undone,
  max(case when field_name = 'Loss_Reason__c' then old_value end) as loss_reason
from undoing
where place = 1
group by deal_id
