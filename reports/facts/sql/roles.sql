-- The contact roles of the open deals with their contacts.
select r.deal_id, r.record_id, r.contact_id, r.role_name, r.is_primary, r.created,
  c.Name as name, c.FirstName as first_name, c.LastName as last_name, c.Title as title,
  c.Email as email, coalesce(c.Phone, c.MobilePhone) as phone,
  case when c.EmailBouncedDate <= {as_of} then 1 else 0 end as bounced
from fact_role as r
left join sf_contact as c on c.Id = r.contact_id
order by r.deal_id asc nulls last, r.is_primary desc nulls last,
  r.created asc nulls last, r.record_id asc nulls last
