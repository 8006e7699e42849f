-- What the close date of a deal was and from when on, for the deals that are read in
-- detail: the first history row and those that changed it.
with followed as (
  select s.deal_id, s.happened, s.close_date,
    lag(s.close_date) over (partition by s.deal_id order by s.happened asc nulls last)
      as before,
    row_number() over (partition by s.deal_id order by s.happened asc nulls last)
      as place
  from fact_state as s
)
select f.deal_id, f.happened, f.close_date
from followed as f
join fact_deal as d on d.deal_id = f.deal_id
where (f.place = 1 or f.close_date is distinct from f.before)
  and (d.is_closed = 0
    or coalesce(d.closed_at, cast(d.close_date as timestamp), {since}) >= {since})
order by f.deal_id asc nulls last, f.happened asc nulls last
