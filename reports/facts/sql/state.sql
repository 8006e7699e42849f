-- What an opportunity looked like after each of its changes up to the moment. Of
-- rows at the same instant the last one counts.
with ranked as (
  select OpportunityId as deal_id, CreatedDate as happened, Id as record_id,
    StageName as stage, Amount as amount, PrevAmount as prev_amount,
    CloseDate as close_date, PrevCloseDate as prev_close_date,
    Probability as probability, ForecastCategory as forecast_category,
    row_number() over (
      partition by OpportunityId, CreatedDate order by Id desc nulls last) as place
  from sf_opportunityhistory
  where CreatedDate <= {as_of} and OpportunityId is not null
)
select r.deal_id, r.happened, r.record_id, coalesce(s.stage, r.stage) as stage, r.amount, r.prev_amount,
  r.close_date, r.prev_close_date, r.probability, r.forecast_category,
  s.outcome
from ranked as r
left join fact_stage as s on s.known_as = r.stage
where r.place = 1
