-- The deals that were brought in from elsewhere: how long they had been in their
-- first stage by then is not known. They were made with many others within an hour
-- by one user (who does not do so all the time, as a feed of new deals does), or
-- their history begins with a closed stage, or later than they were made.
with made as (
  select d.deal_id, o.CreatedById as user_id, epoch_s(d.created) as at_s,
    cast(d.created as date) as on_day
  from fact_deal as d
  join sf_opportunity as o on o.Id = d.deal_id
  where d.created is not null
),
counted as (
  select m.*,
    count(*) over (
      partition by user_id order by at_s asc nulls last
      range between {within_s} preceding and current row) as so_far,
    count(*) over () as every_deal
  from made as m
  where user_id is not null
),
crowded as (
  select c.*,
    max(so_far) over (
      partition by user_id order by at_s asc nulls last
      range between current row and {within_s} following) as at_once
  from counted as c
),
burst as (
  select deal_id, user_id, on_day
  from crowded
  where at_once >= {many} or (at_once >= {few} and at_once * {one_in} >= every_deal)
),
makers as (
  select user_id, count(*) as deals
  from made
  group by user_id
),
bursts as (
  select user_id, count(*) as deals, count(distinct on_day) as on_days
  from burst
  group by user_id
),
feed as (
  select b.user_id
  from bursts as b
  join makers as m on m.user_id = b.user_id
  where b.on_days > {feed_days}
    or (b.on_days > {seldom_days} and b.deals * 2 < m.deals)
),
begun as (
  select deal_id, happened, outcome, row_number() over (
      partition by deal_id order by happened asc nulls last) as place
  from fact_state
),
begun_late as (
  select b.deal_id
  from begun as b
  join fact_deal as d on d.deal_id = b.deal_id
  where b.place = 1
    and (b.outcome > 0 or epoch_s(b.happened) - epoch_s(d.created) > {late_s})
),
found as (
  select b.deal_id
  from burst as b
  where not exists (select 1 from feed as f where f.user_id = b.user_id)
  union
  select deal_id
  from begun_late
)
select f.deal_id
from found as f
join fact_deal as d on d.deal_id = f.deal_id
where d.is_closed = 0
  or coalesce(d.closed_at, cast(d.close_date as timestamp), {since}) >= {since}
order by f.deal_id asc nulls last
