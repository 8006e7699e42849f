-- The tasks of the open deals that were not completed at the moment.
select t.WhatId as deal_id, t.Id as record_id, t.Subject as subject,
  t.ActivityDate as due, t.OwnerId as user_id
from sf_task as t
join fact_deal as d on d.deal_id = t.WhatId and d.is_closed = 0
where t.CreatedDate <= {as_of}
  and (t.gone_at is null or t.gone_at > {as_of})
  and (t.IsRecurrence is null or not t.IsRecurrence)
  and (t.CompletedDateTime > {as_of}
    or (t.CompletedDateTime is null and (t.IsClosed is null or not t.IsClosed)))
order by t.WhatId asc nulls last, t.ActivityDate asc nulls last, t.Id asc nulls last
