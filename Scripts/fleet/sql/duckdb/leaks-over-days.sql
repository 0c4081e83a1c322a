-- Processes whose sockets in one state never were as few again as the day before, three days or more: the
-- least of each day grows where something leaks, whatever a busy hour does.
with
  samples as (
    select machine, netns, host, process, state, day, time, count(*) as sockets
    from lines
    where process is not null
    group by all
  ),
  days as (
    select
      machine, netns, any_value(host) as host, process, state, day, min(sockets) as least
    from samples
    group by machine, netns, process, state, day
  ),
  steps as (
    select
      *, least > lag(least) over (partition by machine, netns, process, state order by day) as grew
    from days
  )
select
  any_value(host) as host, process, state, count(*) as days, min(least) as first, max(least) as last
from steps
group by machine, netns, process, state
having count(*) >= 3 and bool_and(coalesce(grew, true))
order by last - first desc, host, process;
