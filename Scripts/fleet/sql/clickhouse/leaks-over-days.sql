-- Processes whose sockets in one state grow from day to day: see duckdb/leaks-over-days.sql.
with
  samples as (
    select machine, netns, host, process, state, day, time, count() as sockets
    from lines
    where process is not null
    group by machine, netns, host, process, state, day, time
  ),
  days as (
    select machine, netns, any(samples.host) as host, process, state, day, min(sockets) as least
    from samples
    group by machine, netns, process, state, day
  )
select
  any(days.host) as host, process, state, count() as number_of_days, min(least) as first, max(least) as last
from days
group by machine, netns, process, state
having number_of_days >= 3
  and arrayAll(step -> step > 0,
    arrayPopFront(arrayDifference(arrayMap(pair -> toInt64(pair.2), arraySort(groupArray((day, least)))))))
order by last - first desc, host, process;
