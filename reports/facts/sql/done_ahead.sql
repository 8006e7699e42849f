-- Tasks of the open deals that were completed by the moment and are dated after it.
select t.WhatId as deal_id, count(t.Id) as tasks
from sf_task as t
join fact_deal as d on d.deal_id = t.WhatId and d.is_closed = 0
where t.CreatedDate <= {as_of}
  and (t.gone_at is null or t.gone_at > {as_of})
  and (t.IsRecurrence is null or not t.IsRecurrence)
  and t.CompletedDateTime <= {as_of}
  and t.ActivityDate > {today}
group by t.WhatId
order by t.WhatId asc nulls last
