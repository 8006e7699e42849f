-- What the sync remembers about the org as a whole.
select name, value
from mirror_meta
order by name asc nulls last
