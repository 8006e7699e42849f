-- What opportunities had in one more field at the moment, if anything: what the first
-- later change replaced or, without one, what is there now.
with later as (
  select c.deal_id, c.old_value, row_number() over (
      partition by c.deal_id
      order by c.happened asc nulls last, c.record_id asc nulls last) as place
  from fact_change as c
  where c.field_name = '{column}' and c.happened > {as_of}
),
told as (
  select d.deal_id,
    case when n.deal_id is not null then n.old_value
      else cast(o.{column} as varchar(255)) end as said
  from fact_deal as d
  join sf_opportunity as o on o.Id = d.deal_id
  left join later as n on n.deal_id = d.deal_id and n.place = 1
  where d.is_closed = 0
)
select deal_id, said
from told
where said is not null and trim(said) <> ''
order by deal_id asc nulls last
