-- Since when field history shows changes of a field of opportunities.
select Field as field_name, min(CreatedDate) as since
from sf_opportunityfieldhistory
where Field is not null and CreatedDate <= {as_of}
group by Field
order by Field asc nulls last
