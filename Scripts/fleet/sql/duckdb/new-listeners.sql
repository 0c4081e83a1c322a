-- What listens now and did not when its network namespace was first looked at, the newest first.
with
  places as (select machine, netns, min(time) as since from lines where kind is null group by all),
  listeners as (
    select
      machine, netns, any_value(host) as host, protocol, local_ip, local_port, process,
      min(time) as first_seen, max(time) as last_seen
    from lines
    where direction = 'listen'
    group by machine, netns, protocol, local_ip, local_port, process
  )
select host, netns, protocol, local_ip, local_port, process, first_seen, last_seen
from listeners join places using (machine, netns)
where first_seen > since
order by first_seen desc, host, local_port;
