-- Line items per open deal: how many, and what they add up to; a product of numbers
-- that have no room beside each other is left out.
select i.OpportunityId as deal_id, count(i.Id) as line_items,
  cast(sum(coalesce(i.TotalPrice,
    case when abs(i.UnitPrice) < 1000000000000000 and abs(i.Quantity) < 1000000000000
      then i.UnitPrice * i.Quantity end)) as decimal(38,2)) as line_total
from sf_opportunitylineitem as i
join fact_deal as d on d.deal_id = i.OpportunityId and d.is_closed = 0
where (i.CreatedDate is null or i.CreatedDate <= {as_of})
  and (i.gone_at is null or i.gone_at > {as_of})
group by i.OpportunityId
order by i.OpportunityId asc nulls last
