-- One row per opportunity that existed at the moment, as it was then.
--
-- Stage, amount, close date, probability and category come from the last history
-- row up to the moment. Without one, in this order: what the first later change
-- replaced, what the first later history row says was there before it, the current
-- row. A stage that can only be known from after the moment, when the deal has been
-- closed since, is given as the first open one and marked as a guess. A column that
-- is empty throughout history is hidden from us, so history is not asked for it.
-- Overriding a category writes no history: a row that has not been touched since the
-- moment says it itself.
-- Everything else is the current row with its later changes taken back.
with here as (
  select *
  from sf_opportunity
  where (CreatedDate is null or CreatedDate <= {as_of})
    and (gone_at is null or gone_at > {as_of})
    and Id is not null
),
latest as (
  select s.*, row_number() over (
      partition by deal_id order by happened desc nulls last) as place
  from fact_state as s
),
visible as (
  select count(Amount) as amounts, count(CloseDate) as close_dates,
    count(Probability) as probabilities, count(ForecastCategory) as categories
  from sf_opportunityhistory
),
later as (
  select OpportunityId as deal_id, StageName, Amount, PrevAmount, CloseDate,
    PrevCloseDate, Probability, ForecastCategory,
    row_number() over (partition by OpportunityId
      order by CreatedDate asc nulls last, Id asc nulls last) as place
  from sf_opportunityhistory
  where CreatedDate > {as_of}
),
first_stage as (
  select stage, row_number() over (
      order by is_active desc nulls last, sort_order asc nulls last,
        stage asc nulls last) as place
  from fact_stage
  where is_closed = 0 and exact = 1
),
staged as (
  select o.*, l.deal_id as stated, l.amount as l_amount, l.close_date as l_close_date,
    l.probability as l_probability, l.forecast_category as l_category,
    n.deal_id as stated_later, n.Amount as n_amount, n.PrevAmount as n_prev_amount,
    n.CloseDate as n_close_date, n.PrevCloseDate as n_prev_close_date,
    n.Probability as n_probability, n.ForecastCategory as n_category,
    u.stage_undone, v.amounts, v.close_dates, v.probabilities, v.categories,
    case when l.stage is not null then 'history'
      when u.stage_undone > 0 then 'undone'
      when n.StageName is not null
        then case when ns.outcome > 0 then 'guess' else 'later' end
      when o.LastStageChangeDate > {as_of}
        then case when o.IsClosed then 'guess' else 'unsure' end
      when o.IsClosed and o.LastStageChangeDate is null and o.CloseDate > {today}
          and (o.LastModifiedDate is null or o.LastModifiedDate > {as_of})
        then 'guess'
      else 'current' end as stage_from,
    l.stage as l_stage, u.stage as u_stage, n.StageName as n_stage, f.stage as f_stage
  from here as o
  cross join visible as v
  left join latest as l on l.deal_id = o.Id and l.place = 1
  left join later as n on n.deal_id = o.Id and n.place = 1
  left join fact_stage as ns on ns.known_as = n.StageName
  left join fact_undone as u on u.deal_id = o.Id
  left join first_stage as f on f.place = 1
),
known as (
  select s.*,
    case when stage_from = 'history' then l_stage
      when stage_from = 'undone' then u_stage
      when stage_from = 'later' then n_stage
      when stage_from = 'guess' then f_stage
      else StageName end as stage_name
  from staged as s
),
judged as (
  select k.*, coalesce(g.stage, k.stage_name) as stage,
    coalesce(g.is_closed,
      case when k.IsClosed and k.stage_name = k.StageName then 1 else 0 end) as closed_flag,
    coalesce(g.is_won,
      case when k.IsWon and k.stage_name = k.StageName then 1 else 0 end) as won_flag
  from known as k
  left join fact_stage as g on g.known_as = k.stage_name
),
unlike as (
  select s.deal_id, max(s.happened) as happened
  from fact_state as s
  join judged as j on j.Id = s.deal_id
  where coalesce(s.outcome, 0) <> case when j.won_flag = 1 then 2 else j.closed_flag end
  group by s.deal_id
),
closing as (
  select s.deal_id, min(s.happened) as happened
  from fact_state as s
  left join unlike as b on b.deal_id = s.deal_id
  where b.happened is null or s.happened > b.happened
  group by s.deal_id
),
noted_closing as (
  select deal_id, max(happened) as happened
  from fact_change
  where field_name = 'StageName' and happened <= {as_of}
  group by deal_id
)
select j.Id as deal_id,
  j.CreatedDate as created,
  case when j.stated is not null then 1 else 0 end as has_history,
  case when u.owner_undone > 0 then u.owner_id else j.OwnerId end as owner_id,
  case when u.name_undone > 0 then u.name else j.Name end as name,
  j.stage, j.stage_from,
  j.closed_flag as is_closed, j.won_flag as is_won,
  case when j.closed_flag = 1 then
    coalesce(c.happened, nc.happened,
      case when j.LastStageChangeDate <= {as_of} then j.LastStageChangeDate end) end
    as closed_at,
  case when j.LastStageChangeDate <= {as_of} then j.LastStageChangeDate end
    as stage_changed,
  case when j.stated is not null and j.amounts > 0 then j.l_amount
    when u.amount_undone > 0 then null
    when j.stated_later is not null then coalesce(j.n_prev_amount, j.n_amount)
    else j.Amount end as amount,
  case when (j.stated is null or j.amounts = 0) and u.amount_undone > 0
    then u.amount end as amount_text,
  case when j.stated is not null and j.close_dates > 0 then j.l_close_date
    when u.close_date_undone > 0 then null
    when j.stated_later is not null then coalesce(j.n_prev_close_date, j.n_close_date)
    else j.CloseDate end as close_date,
  case when (j.stated is null or j.close_dates = 0) and u.close_date_undone > 0
    then u.close_date end as close_date_text,
  case when j.stated is not null and j.probabilities > 0 then j.l_probability
    when u.probability_undone > 0 then null
    when j.stated_later is not null then j.n_probability
    else j.Probability end as probability,
  case when (j.stated is null or j.probabilities = 0) and u.probability_undone > 0
    then u.probability end as probability_text,
  case when j.SystemModstamp <= {as_of} then j.ForecastCategory
    when j.stated is not null and j.categories > 0 then j.l_category
    when j.stated_later is not null then j.n_category
    else j.ForecastCategory end as forecast_category,
  j.CurrencyIsoCode as currency,
  case when u.next_step_undone > 0 then u.next_step else j.NextStep end as next_step,
  case when u.type_undone > 0 then u.type_name else j.Type end as type_name,
  case when u.lead_source_undone > 0 then u.lead_source else j.LeadSource end
    as lead_source,
  case when u.account_undone > 0 then u.account_id else j.AccountId end as account_id,
  case when u.record_type_undone > 0 then u.record_type_id else j.RecordTypeId end
    as record_type_id,
  case when j.closed_flag = 1 then
    case when u.loss_reason_undone > 0 then u.loss_reason else j.Loss_Reason__c end
    end as loss_reason
from judged as j
left join fact_undone as u on u.deal_id = j.Id
left join closing as c on c.deal_id = j.Id
left join noted_closing as nc on nc.deal_id = j.Id
