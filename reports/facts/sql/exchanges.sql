-- Contacts on record between users and their managers since a day: meetings that one
-- invited the other to, tasks that one gave the other, e-mails from one to the other.
-- What two colleagues say on the telephone leaves no record.
with side as (
  select u.Id as one_id, m.Id as other_id, lower(trim(u.Email)) as one_address,
    lower(trim(m.Email)) as other_address
  from sf_user as u
  join sf_user as m on m.Id = u.ManagerId
  where u.Id <> m.Id
  union all
  select m.Id as one_id, u.Id as other_id, lower(trim(m.Email)) as one_address,
    lower(trim(u.Email)) as other_address
  from sf_user as u
  join sf_user as m on m.Id = u.ManagerId
  where u.Id <> m.Id
),
meeting as (
  select e.Id as record_id, 'meeting' as kind, e.Subject as subject,
    coalesce(e.StartDateTime, cast(e.ActivityDate as timestamp)) as happened,
    s.one_id, s.other_id
  from sf_event as e
  join side as s on s.one_id = e.OwnerId
  join sf_eventrelation as x on x.EventId = e.Id and x.RelationId = s.other_id
  where e.CreatedDate <= {as_of}
    and (e.gone_at is null or e.gone_at > {as_of})
    and (e.IsChild is null or not e.IsChild)
    and (e.IsRecurrence is null or not e.IsRecurrence)
    and (x.CreatedDate is null or x.CreatedDate <= {as_of})
    and (x.gone_at is null or x.gone_at > {as_of})
    and coalesce(x.Status, 'New') <> 'Declined'
),
task as (
  select t.Id as record_id,
    case when t.TaskSubtype = 'Call' then 'call' else 'task' end as kind,
    t.Subject as subject, t.CreatedDate as happened, s.one_id, s.other_id
  from sf_task as t
  join side as s on s.one_id = t.CreatedById and s.other_id = t.OwnerId
  where (t.gone_at is null or t.gone_at > {as_of})
    and (t.IsRecurrence is null or not t.IsRecurrence)
),
mail as (
  select Id as record_id, Subject as subject, lower(trim(FromAddress)) as from_address,
    ';' || replace(replace(lower(ToAddress), ' ', ''), ',', ';') || ';' as to_addresses,
    coalesce(MessageDate, CreatedDate) as happened
  from sf_emailmessage
  where CreatedDate <= {as_of}
    and (gone_at is null or gone_at > {as_of})
    and coalesce(Status, '0') <> '5'
),
email as (
  select m.record_id, 'email' as kind, m.subject, m.happened, s.one_id, s.other_id
  from mail as m
  join side as s on s.one_address = m.from_address
  where position(';' || s.other_address || ';' in m.to_addresses) > 0
),
contact as (
  select record_id, kind, subject, happened, one_id, other_id from meeting
  union all
  select record_id, kind, subject, happened, one_id, other_id from task
  union all
  select record_id, kind, subject, happened, one_id, other_id from email
)
select record_id, kind, subject, happened, one_id, other_id
from contact
where happened >= {since} and happened <= {as_of}
order by happened asc nulls last, record_id asc nulls last, one_id asc nulls last,
  other_id asc nulls last
