-- The team members of the open deals, without the owner.
select m.OpportunityId as deal_id, m.UserId as user_id
from sf_opportunityteammember as m
join fact_deal as d on d.deal_id = m.OpportunityId and d.is_closed = 0
where (m.CreatedDate is null or m.CreatedDate <= {as_of})
  and (m.gone_at is null or m.gone_at > {as_of})
  and m.UserId is not null
  and m.UserId is distinct from d.owner_id
group by m.OpportunityId, m.UserId
order by m.OpportunityId asc nulls last, m.UserId asc nulls last
