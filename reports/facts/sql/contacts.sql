-- What was done on some deals, open or closed, up to the moment, each once: a sent
-- e-mail, an answer, a call, a conversation by phone, a meeting. An e-mail is the
-- EmailMessage; a task that mirrors one is not counted again.
with mail as (
  select case when m.RelatedToId like '006%' then m.RelatedToId else t.WhatId end
      as deal_id,
    m.ActivityId as task_id,
    case when m.Incoming then 'answer' else 'email' end as kind,
    coalesce(t.WhoId, lower(trim(m.FromAddress))) as who,
    epoch_s(case when m.MessageDate <= m.CreatedDate then m.MessageDate
      else m.CreatedDate end) as at_s
  from sf_emailmessage as m
  left join sf_task as t on t.Id = m.ActivityId and t.CreatedDate <= {as_of}
  where m.CreatedDate <= {as_of}
    and (m.gone_at is null or m.gone_at > {as_of})
    and coalesce(m.Status, '0') <> '5'
    and (m.IsBounced is null or not m.IsBounced)
    and coalesce(m.AutomationType, '0') <> 'AiAutomated'
),
mail_task as (
  select task_id
  from mail
  where task_id is not null
  group by task_id
),
done as (
  select deal_id, kind, who, at_s
  from mail
  union all
  select t.WhatId as deal_id,
    case when t.CallDurationInSeconds >= {talk_s}
        and lower(coalesce(t.CallDisposition, '0')) not like '%voice%'
        and lower(coalesce(t.CallDisposition, '0')) not like '%no answer%'
        and lower(coalesce(t.CallDisposition, '0')) not like '%left%message%'
      then 'talk' else 'call' end as kind,
    t.WhoId as who, epoch_s(coalesce(t.CompletedDateTime, t.CreatedDate)) as at_s
  from sf_task as t
  left join mail_task as m on m.task_id = t.Id
  where m.task_id is null and t.CreatedDate <= {as_of}
    and (t.gone_at is null or t.gone_at > {as_of})
    and (t.IsRecurrence is null or not t.IsRecurrence)
    and (t.CompletedDateTime <= {as_of} or (t.CompletedDateTime is null and t.IsClosed))
    and coalesce(t.CallType, '0') <> 'Internal'
    and (t.TaskSubtype = 'Call' or t.Type = 'Call' or t.CallType is not null
      or t.CallDurationInSeconds is not null)
  union all
  select e.WhatId as deal_id, 'meeting' as kind, e.WhoId as who,
    epoch_s(coalesce(e.EndDateTime, e.StartDateTime)) as at_s
  from sf_event as e
  where e.CreatedDate <= {as_of} and coalesce(e.EndDateTime, e.StartDateTime) <= {as_of}
    and (e.gone_at is null or e.gone_at > {as_of})
    and (e.IsChild is null or not e.IsChild)
    and (e.IsRecurrence is null or not e.IsRecurrence)
)
select d.deal_id, d.kind, d.who, d.at_s
from done as d
join lent_wanted as w on w.deal_id = d.deal_id
where d.at_s <= epoch_s({as_of})
order by d.deal_id asc nulls last, d.at_s asc nulls last, d.kind asc nulls last,
  d.who asc nulls last
