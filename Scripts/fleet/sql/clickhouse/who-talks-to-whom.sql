-- Who talks to whom: see duckdb/who-talks-to-whom.sql.
with
  newest as (select machine, netns, max(time) as time from lines where kind is null group by machine, netns),
  ends as (
    select
      machine, coalesce(netns, 0) as place, host, process, protocol, direction, local_ip, local_port,
      remote_ip, remote_port, coalesce(inode, 0) as number,
      -- A loopback address is that of its own network namespace alone.
      if(startsWith(local_ip, '127.') or local_ip = '::1', concat(machine, ' ', toString(place)), '') as reach
    from lines
    where remote_port > 0 and state = 'ESTABLISHED' and (machine, coalesce(netns, 0), time) in
      (select machine, coalesce(netns, 0), time from newest)
  ),
  -- By both ends in one order: what comes together is one connection.
  keyed as (
    select
      *, (local_ip, local_port) < (remote_ip, remote_port) as is_lower,
      (protocol, reach, if(is_lower, (local_ip, local_port, remote_ip, remote_port),
        (remote_ip, remote_port, local_ip, local_port))) as connection
    from ends
  ),
  connections as (
    select
      countIf(is_lower) as lower, countIf(not is_lower) as upper,
      groupArray((
        coalesce(direction, ''), -coalesce(local_port, 0), coalesce(host, ''), coalesce(process, ''),
        coalesce(remote_ip, ''), coalesce(remote_port, 0), coalesce(local_port, 0))) as all_ends
    from keyed
    group by connection
  ),
  addresses as (
    select address, any(host) as host
    from (
      select distinct machine, host, arrayJoin(arrayFlatten(namespaces.addresses)) as address
      from lines where kind = 'host'
    )
    where not startsWith(address, '127.') and address <> '::1'
    group by address having uniqExact(machine) = 1
  ),
  -- Where one is alone, or several may be the other end, each is told by itself.
  told as (
    select
      lower = 1 and upper = 1 as is_pair,
      arrayJoin(if(is_pair, [arraySort(all_ends)[1]], all_ends)) as first,
      if(is_pair, arraySort(all_ends)[2], first) as second
    from connections
  )
select
  multiIf(not is_pair and first.1 = 'in', coalesce(nullIf(a.host, ''), first.5), first.3) as from_host,
  if(not is_pair and first.1 = 'in', '', first.4) as from_process,
  multiIf(is_pair, second.3, first.1 = 'in', first.3, coalesce(nullIf(a.host, ''), first.5)) as to_host,
  multiIf(is_pair, second.4, first.1 = 'in', first.4, '') as to_process,
  if(not is_pair and first.1 = 'in', first.7, first.6) as to_port,
  multiIf(is_pair, 'both', coalesce(a.host, '') <> '', 'address', 'nothing') as known,
  count() as connections
from told left join addresses a on a.address = first.5
group by from_host, from_process, to_host, to_process, to_port, known
order by connections desc, from_host, from_process, to_host, to_process, to_port;
