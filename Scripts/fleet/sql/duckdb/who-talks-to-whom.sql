-- Who talks to whom, by the last lines of each host: a connection whose ends are both in the lines is one,
-- from its client to its server. `known` says by what the other end is known: both (its own line), address
-- (a host record has the address, and its line is missing, as behind NAT), or nothing: it does not join.
-- A loopback address is that of its own network namespace alone.
with
  newest as (
    select machine, netns, max(time) as time
    from (
      select machine, unnest(namespaces).netns as netns, time from lines where kind = 'host'
      union all
      select machine, netns, max(time) from lines where kind is null group by machine, netns
    )
    group by machine, netns
  ),
  addresses as (
    select address, any_value(host) as host
    from (
      select distinct machine, host, unnest(namespace.addresses) as address
      from (select machine, host, unnest(namespaces) as namespace from lines where kind = 'host')
    )
    where not starts_with(address, '127.') and address <> '::1'
    group by address having count(distinct machine) = 1
  ),
  -- The key is that of both ends in one order.
  ends as materialized (
    select
      host, process, direction, local_port, remote_ip, remote_port,
      (local_port, local_ip) < (remote_port, remote_ip) as is_lower,
      hash(
        protocol,
        case when local_ip = '::1' or starts_with(local_ip, '127.') then (lines.machine, lines.netns) end,
        if(is_lower, local_port, remote_port), if(is_lower, remote_port, local_port),
        if(is_lower, local_ip, remote_ip), if(is_lower, remote_ip, local_ip)) as key
    from lines join newest
      on lines.machine = newest.machine and lines.netns is not distinct from newest.netns
      and lines.time = newest.time
    where kind is null and state = 'ESTABLISHED' and remote_port > 0
  ),
  -- Behind equal private addresses there may be several with the same ends; then nobody knows which it is.
  connections as materialized (
    select
      key, count(*) = 2 and count(*) filter (is_lower) = 1 as is_pair,
      any_value(host) filter (is_lower) as lower_host,
      any_value(process) filter (is_lower) as lower_process,
      any_value(local_port) filter (is_lower) as lower_port,
      any_value(host) filter (not is_lower) as upper_host,
      any_value(process) filter (not is_lower) as upper_process,
      any_value(local_port) filter (not is_lower) as upper_port,
      -- A listener took the other one; where that is gone, the higher port is the client's.
      bool_or(direction = 'in') filter (not is_lower) is true
        and bool_or(direction = 'in') filter (is_lower) is not true as lower_is_client
    from ends
    group by key
  ),
  alone as (
    select ends.*, coalesce(direction, '') = 'in' as is_server, address.host as other_host
    from ends join connections using (key) left join addresses as address on address.address = remote_ip
    where not is_pair
  ),
  told as (
    select
      if(lower_is_client, lower_host, upper_host) as from_host,
      if(lower_is_client, lower_process, upper_process) as from_process,
      if(lower_is_client, upper_host, lower_host) as to_host,
      if(lower_is_client, upper_process, lower_process) as to_process,
      if(lower_is_client, upper_port, lower_port) as to_port, 'both' as known
    from connections where is_pair
    union all
    select
      if(is_server, coalesce(other_host, remote_ip), host), if(is_server, null, process),
      if(is_server, host, coalesce(other_host, remote_ip)), if(is_server, process, null),
      if(is_server, local_port, remote_port), if(other_host is null, 'nothing', 'address')
    from alone
  )
select from_host, from_process, to_host, to_process, to_port, known, count(*) as connections
from told
group by all
order by connections desc, from_host, from_process, to_host, to_process, to_port;
