-- One row per name that a stage goes by. Opportunities hold the ApiName; the label
-- stands in where no other stage has it as its ApiName. A stage that was taken out of
-- the process still tells what the deals of its time were.
with present as (
  select Id, coalesce(ApiName, MasterLabel) as stage, MasterLabel as label,
    case when IsActive and (gone_at is null or gone_at > {as_of}) then 1 else 0 end
      as is_active,
    case when IsClosed then 1 else 0 end as is_closed,
    case when IsWon then 1 else 0 end as is_won,
    SortOrder as sort_order, ForecastCategory as forecast_category,
    DefaultProbability as probability
  from sf_opportunitystage
),
named as (
  select stage as known_as, 1 as exact, p.*
  from present as p
  union all
  select label as known_as, 0 as exact, p.*
  from present as p
  where label is distinct from stage
),
best as (
  select n.*, row_number() over (
      partition by known_as
      order by exact desc nulls last, is_active desc nulls last,
        sort_order asc nulls last, Id asc nulls last) as place
  from named as n
  where known_as is not null
)
select known_as, exact, stage, is_active, is_closed, is_won,
  case when is_closed = 1 then 1 + is_won else 0 end as outcome,
  sort_order, forecast_category, probability
from best
where place = 1
