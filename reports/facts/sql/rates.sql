-- What one unit of the corporate currency is worth in each currency, with the days
-- for which a dated rate holds; without days, the rate in force otherwise.
select IsoCode as currency, ConversionRate as rate,
  case when IsCorporate then 1 else 0 end as is_corporate,
  case when IsActive is null or IsActive then 1 else 0 end as is_active,
  cast(null as date) as start_date, cast(null as date) as end_date
from sf_currencytype
where IsoCode is not null
union all
select IsoCode as currency, ConversionRate as rate, 0 as is_corporate,
  1 as is_active, StartDate as start_date, NextStartDate as end_date
from sf_datedconversionrate
where IsoCode is not null and StartDate is not null
  and (gone_at is null or gone_at > {as_of})
order by currency asc nulls last, start_date asc nulls first, rate asc nulls last
