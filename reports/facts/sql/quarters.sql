-- The fiscal quarters that the organisation keeps, custom ones (4-4-5) too.
select StartDate as start_date, max(EndDate) as end_date
from sf_period
where Type = 'Quarter' and StartDate <= EndDate
  and (gone_at is null or gone_at > {as_of})
group by StartDate
order by start_date asc nulls last
