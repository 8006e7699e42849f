-- Counts per open deal. Weeks are spans of seven days back from the moment; a
-- conversation by phone belongs to both sides, a meeting to neither count. Attempts are
-- ours since the buyer's last word.
with heard as (
  select deal_id, max(at_s) as heard_s
  from fact_activity
  where is_ahead = 0 and direction in ('inbound', 'two-way')
  group by deal_id
),
aged as (
  select a.*, epoch_s({as_of}) - a.at_s as age_s,
    floor((epoch_s({as_of}) - a.at_s) / 604800.0) as week_no,
    case when a.direction = 'outbound' and (h.heard_s is null or a.at_s > h.heard_s)
      then a.at_s end as attempt_s,
    case when kind <> 'meeting' and (direction = 'outbound' or direction = 'two-way')
      then 1 else 0 end as ours,
    case when kind <> 'meeting' and (direction = 'inbound' or direction = 'two-way')
      then 1 else 0 end as theirs
  from fact_activity as a
  left join heard as h on h.deal_id = a.deal_id
  where a.is_ahead = 0
),
person as (
  select a.deal_id, coalesce(a.who_id, c.contact_id, a.address) as who
  from aged as a
  left join (
    select r.deal_id, lower(trim(k.Email)) as address, min(r.contact_id) as contact_id
    from fact_role as r
    join sf_contact as k on k.Id = r.contact_id
    where k.Email is not null
    group by r.deal_id, lower(trim(k.Email))
  ) as c on c.deal_id = a.deal_id and c.address = a.address
  where a.age_s < 2592000 and a.direction in ('inbound', 'two-way')
  union all
  select a.deal_id, x.RelationId as who
  from aged as a
  join sf_eventrelation as x on x.EventId = a.record_id
  where a.age_s < 2592000 and a.kind = 'meeting' and x.RelationId like '003%'
    and (x.CreatedDate is null or x.CreatedDate <= {as_of})
    and (x.gone_at is null or x.gone_at > {as_of})
    and coalesce(x.Status, 'New') <> 'Declined'
),
engaged as (
  select deal_id, count(distinct who) as people
  from person
  where who is not null and who not like '00Q%'
  group by deal_id
),
counted as (
  select deal_id,
    count(case when kind = 'call' and certain = 1 then 1 end) as calls,
    count(case when kind = 'email' and certain = 1 and bounced = 0 and automated = 0
      then 1 end) as emails,
    count(case when kind = 'meeting' and certain = 1 then 1 end) as meetings,
    count(case when certain = 0 then 1 end) as by_contact,
    count(case when bounced = 1 then 1 end) as bounced,
    count(case when bounced = 0 and automated = 1 then 1 end) as automated,
    count(attempt_s) as attempts, min(attempt_s) as attempts_s,
    count(case when ours = 1 and age_s < 1814400 then 1 end) as outbound_21d,
    count(case when theirs = 1 and age_s < 1814400 then 1 end) as inbound_21d,
    count(case when ours = 1 and week_no = 7 then 1 end) as ours_7,
    count(case when ours = 1 and week_no = 6 then 1 end) as ours_6,
    count(case when ours = 1 and week_no = 5 then 1 end) as ours_5,
    count(case when ours = 1 and week_no = 4 then 1 end) as ours_4,
    count(case when ours = 1 and week_no = 3 then 1 end) as ours_3,
    count(case when ours = 1 and week_no = 2 then 1 end) as ours_2,
    count(case when ours = 1 and week_no = 1 then 1 end) as ours_1,
    count(case when ours = 1 and week_no = 0 then 1 end) as ours_0,
    count(case when theirs = 1 and week_no = 7 then 1 end) as theirs_7,
    count(case when theirs = 1 and week_no = 6 then 1 end) as theirs_6,
    count(case when theirs = 1 and week_no = 5 then 1 end) as theirs_5,
    count(case when theirs = 1 and week_no = 4 then 1 end) as theirs_4,
    count(case when theirs = 1 and week_no = 3 then 1 end) as theirs_3,
    count(case when theirs = 1 and week_no = 2 then 1 end) as theirs_2,
    count(case when theirs = 1 and week_no = 1 then 1 end) as theirs_1,
    count(case when theirs = 1 and week_no = 0 then 1 end) as theirs_0,
    count(case when age_s < 2592000 and certain = 1 and kind = 'call' then 1 end)
      as calls_30d,
    count(case when age_s < 2592000 and certain = 1 and kind = 'email' and bounced = 0
      and automated = 0 then 1 end) as emails_30d,
    count(case when age_s < 2592000 and certain = 1 and kind = 'meeting' then 1 end)
      as meetings_30d
  from aged
  group by deal_id
)
select c.*, coalesce(e.people, 0) as engaged_30d
from counted as c
left join engaged as e on e.deal_id = c.deal_id
order by c.deal_id asc nulls last
