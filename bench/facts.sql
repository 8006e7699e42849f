-- A made-up mirror for bench.facts: {n} deals of {reps} owners, a fifth of them open and
-- ten months old at most, the others of five years. Numbers are mixed by multiplying
-- with primes.

insert into sf_organization (Id, Name, TimeZoneSidKey, DefaultLocaleSidKey) values
('00D1', 'Bench', 'Europe/Paris', 'en_US');

insert into sf_user (Id, Name, Email, IsActive, TimeZoneSidKey) select '005' ||
lpad(cast(i as varchar), 12, '0'), 'Rep ' || i, 'rep' || i || '@acme.example', true,
'Europe/Paris' from range({reps}) as t(i);

insert into sf_opportunity (Id, Name, OwnerId, AccountId, StageName, Amount,
CloseDate, IsClosed, IsWon, CreatedDate, NextStep, Type, LeadSource) select '006' ||
lpad(cast(i as varchar), 12, '0'), 'Deal ' || i, '005' || lpad(cast(i // 5 * 7919 %
{reps} as varchar), 12, '0'), '001' || i, case when i % 5 = 0 then ['Prospecting',
'Qualification', 'Discovery', 'Proposal', 'Negotiation'][1 + i // 5 * 31 % 5] when i % 5
= 1 then 'Won' else 'Lost' end, 1000 + i * 7907 % 90000, date '2026-11-24' + cast(i * 13
% 120 - 30 as int), i % 5 <> 0, i % 5 = 1, timestamp '2026-11-20 08:00:00' -
to_days(cast(30 + i * 17 % if(i % 5 = 0, 271, 1796) as int)), 'Send the quote ' || i,
'New', 'Web' from range({n}) t(i);

insert into sf_opportunityhistory (Id, OpportunityId, StageName, Amount, CloseDate,
CreatedDate) select '008' || lpad(cast(o.i * 5 + k.k as varchar), 12, '0'), o.Id, case
when k.k = 4 then o.StageName else ['Prospecting', 'Qualification', 'Discovery',
'Proposal'][1 + k.k] end, o.Amount, o.CloseDate - cast((4 - k.k) * 9 as int),
o.CreatedDate + to_days(cast(k.k * 5 as int)) from (select *, row_number() over () as
i from sf_opportunity) as o, range(5) k(k);

insert into sf_task (Id, WhatId, OwnerId, Subject, TaskSubtype, CallType,
CallDurationInSeconds, IsClosed, CompletedDateTime, ActivityDate, CreatedDate) select
'00T' || lpad(cast(o.i * 10 + k.k as varchar), 12, '0'), o.Id, o.OwnerId, 'Call', case
when k.k < 8 then 'Call' else 'Task' end, case when k.k % 2 = 0 then 'Inbound' else
'Outbound' end, 40 * k.k, k.k < 9, case when k.k < 9 then o.CreatedDate +
to_days(cast(k.k * 4 as int)) end, date '2026-12-01', o.CreatedDate from (select *,
row_number() over () as i from sf_opportunity) as o, range(10) k(k);

insert into sf_emailmessage (Id, RelatedToId, Incoming, Status, Subject, FromAddress,
MessageDate, CreatedDate) select '02s' || lpad(cast(o.i * 2 + k.k as varchar), 12,
'0'), o.Id, k.k = 1, '3', 'Offer', 'buyer@globex.example', o.CreatedDate +
to_days(cast(6 + k.k as int)), o.CreatedDate + to_days(cast(6 + k.k as int)) from
(select *, row_number() over () as i from sf_opportunity) as o, range(2) k(k);
