-- The stages in the order of the process.
select known_as, exact, stage, is_active, is_closed, is_won, sort_order, forecast_category,
  probability
from fact_stage
order by sort_order asc nulls last, known_as asc nulls last
