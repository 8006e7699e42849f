-- How many deals were closed too long ago to be read in detail.
select count(*) as deals
from fact_deal
where is_closed = 1 and coalesce(closed_at, cast(close_date as timestamp)) < {since}
