-- Accounts that share their name, but for its looks, with another one: case, full
-- stops, and whether a sharp s is written as two.
with here as (
  select Id as account_id,
    trim(replace(replace(lower(Name), 'ß', 'ss'), '.', '')) as name
  from sf_account
  where (CreatedDate is null or CreatedDate <= {as_of})
    and (gone_at is null or gone_at > {as_of})
    and trim(replace(Name, '.', '')) <> ''
),
shared as (
  select name
  from here
  group by name
  having count(account_id) > 1
)
select h.account_id
from here as h
join shared as s on s.name = h.name
order by h.account_id asc nulls last
