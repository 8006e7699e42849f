-- One row per stage name that deals may carry. Opportunities hold the ApiName; the
-- label stands in where no other stage has it as its ApiName.
with named as (
  select coalesce(ApiName, MasterLabel) as stage, 1 as exact, Id, IsActive, IsClosed,
    IsWon, SortOrder, ForecastCategory, DefaultProbability
  from sf_opportunitystage
  where gone_at is null
  union all
  select MasterLabel as stage, 0 as exact, Id, IsActive, IsClosed,
    IsWon, SortOrder, ForecastCategory, DefaultProbability
  from sf_opportunitystage
  where gone_at is null and ApiName is not null
),
best as (
  select n.*, row_number() over (
      partition by stage
      order by exact desc nulls last,
        case when IsActive then 1 else 0 end desc nulls last,
        SortOrder asc nulls last, Id asc nulls last) as place
  from named as n
  where stage is not null
)
select stage, exact,
  case when IsActive then 1 else 0 end as is_active,
  case when IsClosed then 1 else 0 end as is_closed,
  case when IsWon then 1 else 0 end as is_won,
  case when IsClosed then case when IsWon then 2 else 1 end else 0 end as outcome,
  SortOrder as sort_order, ForecastCategory as forecast_category,
  DefaultProbability as probability
from best
where place = 1
