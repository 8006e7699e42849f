-- Accounts that share their name, but for its looks, with another one: case, full
-- stops, and whether a sharp s is written as two. Two that have each a website of
-- their own, under different hosts, are two companies of one name.
with here as (
  select Id as account_id,
    trim(replace(replace(lower(Name), 'ß', 'ss'), '.', '')) as name,
    replace(replace(replace(lower(trim(Website)), 'https://', ''), 'http://', ''),
      'www.', '') || '/' as site
  from sf_account
  where (CreatedDate is null or CreatedDate <= {as_of})
    and (gone_at is null or gone_at > {as_of})
    and trim(replace(Name, '.', '')) <> ''
),
placed as (
  select account_id, name,
    case when site <> '/' then substr(site, 1, position('/' in site) - 1) end as host
  from here
),
shared as (
  select name, count(account_id) as accounts, count(host) as hosted
  from placed
  group by name
  having count(account_id) > 1
),
together as (
  select name, host
  from placed
  where host is not null
  group by name, host
  having count(account_id) > 1
)
select p.account_id
from placed as p
join shared as s on s.name = p.name
left join together as t on t.name = p.name and t.host = p.host
where p.host is null or t.host is not null or s.hosted < s.accounts
order by p.account_id asc nulls last
