-- The contact roles of the open deals that existed at the moment.
select r.Id as record_id, r.OpportunityId as deal_id, r.ContactId as contact_id,
  r.Role as role_name, case when r.IsPrimary then 1 else 0 end as is_primary,
  r.CreatedDate as created,
  row_number() over (partition by r.OpportunityId, r.ContactId
    order by r.CreatedDate asc nulls last, r.Id asc nulls last) as place
from sf_opportunitycontactrole as r
join fact_deal as d on d.deal_id = r.OpportunityId and d.is_closed = 0
where (r.CreatedDate is null or r.CreatedDate <= {as_of})
  and (r.gone_at is null or r.gone_at > {as_of})
  and r.ContactId is not null
