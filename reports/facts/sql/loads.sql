-- When each object was last loaded completely.
select name, loaded_at
from mirror_object
where loaded_at is not null
order by name asc nulls last
