-- The tasks whose subject carries the mark of a proposal, as they were at the moment.
-- A task that is closed without saying since when counts as done from its last change.
select t.Id as record_id, t.Subject as subject, t.WhatId as what_id,
  t.OwnerId as user_id, t.CreatedDate as created, t.ActivityDate as due,
  case when t.CompletedDateTime <= {as_of}
      or (t.CompletedDateTime is null and t.IsClosed
        and (t.LastModifiedDate is null or t.LastModifiedDate <= {as_of}))
    then 1 else 0 end as done,
  case when t.CompletedDateTime <= {as_of} then t.CompletedDateTime end as completed
from sf_task as t
where lower(t.Subject) like '%[dp:%'
  and t.CreatedDate <= {as_of}
  and (t.gone_at is null or t.gone_at > {as_of})
  and (t.IsRecurrence is null or not t.IsRecurrence)
order by t.CreatedDate asc nulls last, t.Id asc nulls last
