-- What changed on the open deals: close date, amount and stage from consecutive
-- history rows, everything else as it was noted; the three from notes, too, where a
-- deal has no history. Close dates and amounts from history come typed.
with followed as (
  select s.*,
    lag(s.stage) over (partition by s.deal_id order by s.happened asc nulls last)
      as stage_before,
    lag(s.amount) over (partition by s.deal_id order by s.happened asc nulls last)
      as amount_before,
    lag(s.close_date) over (partition by s.deal_id order by s.happened asc nulls last)
      as close_date_before,
    row_number() over (partition by s.deal_id order by s.happened asc nulls last)
      as place
  from fact_state as s
  join fact_deal as d on d.deal_id = s.deal_id and d.is_closed = 0
),
compared as (
  select f.*,
    case when place = 1 then prev_amount else amount_before end as old_amount,
    case when place = 1 then prev_close_date else close_date_before end as old_close_date
  from followed as f
),
change as (
  select deal_id, happened, record_id, 'StageName' as field_name,
    cast(stage_before as varchar(255)) as old_value,
    cast(stage as varchar(255)) as new_value,
    case when coalesce(outcome, 0) > 0 then 1 else 0 end as closing
  from compared
  where place > 1 and stage is distinct from stage_before
  union all
  select deal_id, happened, record_id, 'Amount' as field_name,
    cast(old_amount as varchar(40)) as old_value,
    cast(amount as varchar(40)) as new_value,
    case when coalesce(outcome, 0) > 0 then 1 else 0 end as closing
  from compared
  where (place > 1 or prev_amount is not null) and amount is distinct from old_amount
  union all
  select deal_id, happened, record_id, 'CloseDate' as field_name,
    cast(old_close_date as varchar(40)) as old_value,
    cast(close_date as varchar(40)) as new_value,
    case when coalesce(outcome, 0) > 0 then 1 else 0 end as closing
  from compared
  where (place > 1 or prev_close_date is not null)
    and close_date is distinct from old_close_date
  union all
  select c.deal_id, c.happened, c.record_id, c.field_name, c.old_value, c.new_value,
    0 as closing
  from fact_change as c
  join fact_deal as d on d.deal_id = c.deal_id and d.is_closed = 0
  where c.happened <= {as_of}
    and (d.has_history = 0 or c.field_name not in ('StageName', 'Amount', 'CloseDate'))
)
select deal_id, happened, record_id, field_name, old_value, new_value, closing
from change
order by deal_id asc nulls last, happened asc nulls last, field_name asc nulls last,
  record_id asc nulls last
