-- The users; those created after the moment are not known yet.
select Id as user_id, Name as name, FirstName as first_name, LastName as last_name,
  Username as username, Email as email, IsActive as is_active, ManagerId as manager_id,
  Title as title, TimeZoneSidKey as zone, LocaleSidKey as locale,
  LanguageLocaleKey as lang
from sf_user
where Id is not null and (CreatedDate is null or CreatedDate <= {as_of})
order by Id asc nulls last
