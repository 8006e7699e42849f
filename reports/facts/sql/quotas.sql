-- Quotas in money with the period they are for.
select q.Id as record_id, q.QuotaOwnerId as user_id,
  coalesce(p.StartDate, q.StartDate) as start_date, p.EndDate as end_date,
  q.QuotaAmount as amount, q.CurrencyIsoCode as currency
from sf_forecastingquota as q
left join sf_period as p on p.Id = q.PeriodId
where (q.gone_at is null or q.gone_at > {as_of})
  and (q.IsAmount is null or q.IsAmount)
  and q.QuotaOwnerId is not null
order by q.QuotaOwnerId asc nulls last, q.StartDate asc nulls last, q.Id asc nulls last
