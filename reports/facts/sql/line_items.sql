-- Line items per open deal: how many, and what they add up to.
select i.OpportunityId as deal_id, count(i.Id) as line_items,
  cast(sum(coalesce(i.TotalPrice, i.UnitPrice * i.Quantity)) as decimal(18,2))
    as line_total
from sf_opportunitylineitem as i
join fact_deal as d on d.deal_id = i.OpportunityId and d.is_closed = 0
where (i.CreatedDate is null or i.CreatedDate <= {as_of})
  and (i.gone_at is null or i.gone_at > {as_of})
group by i.OpportunityId
order by i.OpportunityId asc nulls last
