-- The stages a deal went through, neighbours that are equal merged, closed ones
-- included. From history; else from changes of the stage that were noted; else one
-- stay since the last change of stage, or since the deal was created.
with noted as (
  select c.deal_id, c.happened, c.old_value, c.new_value, row_number() over (
      partition by c.deal_id
      order by c.happened asc nulls last, c.record_id asc nulls last) as place,
    row_number() over (
      partition by c.deal_id, c.happened order by c.record_id desc nulls last) as again
  from fact_change as c
  join fact_deal as d on d.deal_id = c.deal_id and d.has_history = 0
  where c.field_name = 'StageName' and c.happened <= {as_of}
),
event as (
  select deal_id, happened, stage
  from fact_state
  where stage is not null
  union all
  select n.deal_id, d.created as happened, n.old_value as stage
  from noted as n
  join fact_deal as d on d.deal_id = n.deal_id
  where n.place = 1 and d.created < n.happened
  union all
  select deal_id, happened, new_value as stage
  from noted
  where again = 1
  union all
  select d.deal_id, coalesce(d.stage_changed, d.created) as happened, d.stage
  from fact_deal as d
  where d.has_history = 0
    and not exists (select 1 from noted as n where n.deal_id = d.deal_id)
),
named as (
  select e.deal_id, e.happened, coalesce(s.stage, e.stage) as stage,
    coalesce(s.outcome, 0) as outcome
  from event as e
  left join fact_stage as s on s.known_as = e.stage
  where e.stage is not null and e.happened is not null
),
followed as (
  select n.*, lag(n.stage) over (
      partition by n.deal_id order by n.happened asc nulls last) as before
  from named as n
)
select f.deal_id, f.happened, f.stage, f.outcome
from followed as f
join fact_deal as d on d.deal_id = f.deal_id
where f.before is distinct from f.stage
  and (d.is_closed = 0
    or coalesce(d.closed_at, cast(d.close_date as timestamp), {since}) >= {since})
order by f.deal_id asc nulls last, f.happened asc nulls last
