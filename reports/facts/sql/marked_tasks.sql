-- Every task that carries the mark of a proposal, deleted ones too: whether one was
-- ever entered is asked, not whether it still stands.
select t.Id as record_id, t.Subject as subject, t.WhatId as what_id
from sf_task as t
where lower(t.Subject) like '%[dp:%'
order by t.Id asc nulls last
