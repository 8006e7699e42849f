-- The calls, e-mails and meetings of the open deals as they were known at the moment,
-- each once. Times are whole seconds; is_ahead marks meetings that have not ended.
--
-- An e-mail is the EmailMessage; a task that mirrors one is not counted again. What
-- names only a contact is attributed to every open deal the contact has a role in.
-- A message cannot be later than the day after it was recorded, whatever its sender's
-- clock said. A closed task without a completion moment counts from when it was
-- entered, on its due day.
with mail as (
  select m.Id as record_id, m.RelatedToId as what_id, m.ActivityId as task_id,
    m.Subject as subject, m.CreatedById as user_id,
    case when m.Incoming then 1 else 0 end as incoming,
    case when m.IsBounced then 1 else 0 end as bounced,
    case when m.AutomationType = 'AiAutomated' then 1 else 0 end as automated,
    case when m.Incoming then lower(trim(m.FromAddress)) end as address,
    case when m.MessageDate is null
        or epoch_s(m.MessageDate) > epoch_s(m.CreatedDate) + 86400
      then epoch_s(m.CreatedDate) + case when m.MessageDate is null then 0 else 86400 end
      else epoch_s(m.MessageDate) end as at_s
  from sf_emailmessage as m
  where m.CreatedDate <= {as_of}
    and (m.gone_at is null or m.gone_at > {as_of})
    and coalesce(m.Status, '0') <> '5'
),
mail_task as (
  select task_id
  from mail
  where task_id is not null
  group by task_id
),
task as (
  select t.Id as record_id, t.WhatId as what_id, t.WhoId as who_id,
    t.Subject as subject, t.OwnerId as user_id, t.CallType as call_type,
    t.CallDurationInSeconds as call_seconds, t.CallDisposition as disposition,
    case when t.TaskSubtype = 'Call' or t.Type = 'Call' or t.CallType is not null
        or t.CallDurationInSeconds is not null then 'call'
      when t.TaskSubtype = 'Email' then 'email' end as kind,
    epoch_s(coalesce(t.CompletedDateTime, t.CreatedDate)) as at_s,
    case when t.CompletedDateTime is null then t.ActivityDate end as on_day
  from sf_task as t
  where t.CreatedDate <= {as_of}
    and (t.gone_at is null or t.gone_at > {as_of})
    and (t.IsRecurrence is null or not t.IsRecurrence)
    and (t.CompletedDateTime <= {as_of}
      or (t.CompletedDateTime is null and t.IsClosed
        and (t.ActivityDate is null or t.ActivityDate <= {today})))
),
event as (
  select e.Id as record_id, e.WhatId as what_id, e.WhoId as who_id,
    e.Subject as subject, e.OwnerId as user_id,
    case when e.IsAllDayEvent then coalesce(e.ActivityDate, cast(e.StartDateTime as date))
      when e.StartDateTime is null and e.EndDateTime is null then e.ActivityDate
      end as on_day,
    epoch_s(coalesce(e.StartDateTime, e.EndDateTime,
      cast(e.ActivityDate as timestamp))) as start_s,
    case when e.EndDateTime is not null then epoch_s(e.EndDateTime)
      when e.StartDateTime is not null
        then epoch_s(e.StartDateTime) + 60 * coalesce(e.DurationInMinutes, 0)
      else epoch_s(cast(e.ActivityDate as timestamp)) end
      + case when e.IsAllDayEvent
          or (e.StartDateTime is null and e.EndDateTime is null) then 86400 else 0 end
      as end_s
  from sf_event as e
  where e.CreatedDate <= {as_of}
    and (e.gone_at is null or e.gone_at > {as_of})
    and (e.IsChild is null or not e.IsChild)
    and (e.IsRecurrence is null or not e.IsRecurrence)
),
happened as (
  select m.record_id, 'email' as kind,
    case when m.what_id like '006%' then m.what_id
      else coalesce(t.WhatId, m.what_id) end as what_id,
    t.WhoId as who_id, m.subject,
    m.user_id, m.incoming, 0 as talked, 0 as inside, m.bounced, m.automated, m.address,
    m.at_s, cast(null as date) as on_day, 0 as is_ahead
  from mail as m
  left join sf_task as t on t.Id = m.task_id and t.CreatedDate <= {as_of}
  where m.at_s <= epoch_s({as_of})
  union all
  select t.record_id, t.kind, t.what_id, t.who_id, t.subject, t.user_id,
    case when t.call_type = 'Inbound' then 1 else 0 end as incoming,
    case when t.kind = 'call' and t.call_seconds >= {talk_s}
        and lower(coalesce(t.disposition, '')) not like '%voice%'
        and lower(coalesce(t.disposition, '')) not like '%no answer%'
        and lower(coalesce(t.disposition, '')) not like '%left%message%'
      then 1 else 0 end as talked,
    case when t.call_type = 'Internal' then 1 else 0 end as inside,
    0 as bounced, 0 as automated, cast(null as varchar(255)) as address,
    t.at_s, t.on_day, 0 as is_ahead
  from task as t
  left join mail_task as m on m.task_id = t.record_id
  where t.kind is not null and m.task_id is null
  union all
  select e.record_id, 'meeting' as kind, e.what_id, e.who_id, e.subject, e.user_id,
    0 as incoming, 1 as talked, 0 as inside, 0 as bounced, 0 as automated,
    cast(null as varchar(255)) as address,
    case when e.end_s > epoch_s({as_of}) then e.start_s else e.end_s end as at_s,
    e.on_day, case when e.end_s > epoch_s({as_of}) then 1 else 0 end as is_ahead
  from event as e
  where e.end_s is not null
),
attributed as (
  select d.deal_id, h.*, 1 as certain
  from happened as h
  join fact_deal as d on d.deal_id = h.what_id and d.is_closed = 0
  union all
  select r.deal_id, h.*, 0 as certain
  from happened as h
  join fact_role as r on r.contact_id = h.who_id and r.place = 1
  join fact_deal as d on d.deal_id = r.deal_id
  where (h.what_id is null or h.what_id not like '006%')
    and (d.created is null or h.at_s >= epoch_s(d.created))
)
select a.deal_id, a.record_id, a.kind, a.who_id, a.subject, a.user_id, a.address,
  a.at_s, a.on_day, a.is_ahead, a.certain, a.bounced, a.automated,
  case when a.inside = 1 or a.bounced = 1 or a.automated = 1 then 'none'
    when a.incoming = 1 then 'inbound'
    when a.talked = 1 then 'two-way'
    else 'outbound' end as direction
from attributed as a
