-- Of each kind and direction the latest activity of an open deal, and the next
-- meeting: what the last outbound, inbound, two-way and any touch are chosen from.
with ranked as (
  select a.*, row_number() over (
      partition by deal_id, kind, direction, is_ahead
      order by case when is_ahead = 1 then at_s else -at_s end asc nulls last,
        certain desc nulls last, record_id desc nulls last) as place
  from fact_activity as a
  where direction <> 'none'
)
select deal_id, record_id, kind, direction, at_s, on_day, is_ahead, certain, subject,
  user_id
from ranked
where place = 1
order by deal_id asc nulls last, at_s desc nulls last, record_id desc nulls last
