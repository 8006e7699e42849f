-- The deals to read in detail: the open ones, and those closed since {since}.
select d.*, a.Name as account_name, r.Name as record_type_name
from fact_deal as d
left join sf_account as a on a.Id = d.account_id
left join sf_recordtype as r on r.Id = d.record_type_id
where d.is_closed = 0
  or coalesce(d.closed_at, cast(d.close_date as timestamp), {since}) >= {since}
order by d.deal_id asc nulls last
