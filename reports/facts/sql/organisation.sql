-- The organisation itself; there is one row.
select Id as record_id, Name as name, TimeZoneSidKey as zone,
  DefaultLocaleSidKey as locale, LanguageLocaleKey as lang,
  FiscalYearStartMonth as fiscal_start
from sf_organization
order by Id asc nulls last
