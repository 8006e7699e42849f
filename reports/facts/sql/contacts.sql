-- What was done on some deals, open or closed, up to the moment, each once: a sent
-- e-mail, an answer, a call, a conversation by phone, a meeting. An e-mail is the
-- EmailMessage; a task that mirrors one is not counted again. The deals are few beside
-- everything that was ever done, so that they come first.
with letter as (
  select RelatedToId as what_id, ActivityId as task_id,
    case when Incoming then 'answer' else 'email' end as kind,
    lower(trim(FromAddress)) as address,
    epoch_s(case when MessageDate <= CreatedDate then MessageDate
      else CreatedDate end) as at_s
  from sf_emailmessage
  where CreatedDate <= {as_of}
    and (gone_at is null or gone_at > {as_of})
    and coalesce(Status, '0') <> '5'
    and (IsBounced is null or not IsBounced)
    and coalesce(AutomationType, '0') <> 'AiAutomated'
),
task as (
  select t.Id as task_id, t.WhatId as deal_id, t.WhoId as who_id, t.gone_at,
    t.IsRecurrence as is_recurrence, t.IsClosed as is_closed,
    t.CompletedDateTime as completed, t.CreatedDate as created,
    case when t.CallDurationInSeconds >= {talk_s}
        and lower(coalesce(t.CallDisposition, '0')) not like '%voice%'
        and lower(coalesce(t.CallDisposition, '0')) not like '%no answer%'
        and lower(coalesce(t.CallDisposition, '0')) not like '%left%message%'
      then 'talk' else 'call' end as kind,
    case when coalesce(t.CallType, '0') <> 'Internal'
        and (t.TaskSubtype = 'Call' or t.Type = 'Call' or t.CallType is not null
          or t.CallDurationInSeconds is not null) then 1 else 0 end as is_call
  from sf_task as t
  join lent_wanted as w on w.deal_id = t.WhatId
  where t.CreatedDate <= {as_of}
),
mail as (
  select m.what_id as deal_id, m.task_id, m.kind, m.address, m.at_s
  from letter as m
  join lent_wanted as w on w.deal_id = m.what_id
  union all
  select t.deal_id, m.task_id, m.kind, m.address, m.at_s
  from letter as m
  join task as t on t.task_id = m.task_id
  where m.what_id is null or m.what_id not like '006%'
),
mirror as (
  select m.task_id
  from letter as m
  join task as t on t.task_id = m.task_id
  group by m.task_id
),
done as (
  select m.deal_id, m.kind, coalesce(t.WhoId, m.address) as who, m.at_s
  from mail as m
  left join sf_task as t on t.Id = m.task_id and t.CreatedDate <= {as_of}
  union all
  select t.deal_id, t.kind, t.who_id as who,
    epoch_s(coalesce(t.completed, t.created)) as at_s
  from task as t
  left join mirror as m on m.task_id = t.task_id
  where m.task_id is null and t.is_call = 1
    and (t.gone_at is null or t.gone_at > {as_of})
    and (t.is_recurrence is null or not t.is_recurrence)
    and (t.completed <= {as_of} or (t.completed is null and t.is_closed))
  union all
  select e.WhatId as deal_id, 'meeting' as kind, e.WhoId as who,
    epoch_s(coalesce(e.EndDateTime, e.StartDateTime)) as at_s
  from sf_event as e
  join lent_wanted as w on w.deal_id = e.WhatId
  where e.CreatedDate <= {as_of} and coalesce(e.EndDateTime, e.StartDateTime) <= {as_of}
    and (e.gone_at is null or e.gone_at > {as_of})
    and (e.IsChild is null or not e.IsChild)
    and (e.IsRecurrence is null or not e.IsRecurrence)
)
select deal_id, kind, who, at_s
from done
where at_s <= epoch_s({as_of})
order by deal_id asc nulls last, at_s asc nulls last, kind asc nulls last,
  who asc nulls last
