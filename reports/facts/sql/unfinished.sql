-- Objects that the last sync did not read to the end, each with the reason.
select name, reason
from mirror_object
where status not in ('complete', 'absent', 'never')
order by name asc nulls last
