-- Which processes moved the most bytes, and with whom: see duckdb/top-talkers.sql. Needs -i.
with
  connections as (
    select
      any(lines.host) as host, any(lines.process) as process, remote_ip,
      if(coalesce(direction, '') = 'in', local_port, remote_port) as port, max(tx_bytes) as tx,
      max(rx_bytes) as rx
    from lines
    where remote_port > 0 and tx_bytes is not null
    group by machine, netns, boot_id, protocol, local_ip, local_port, remote_ip, remote_port, direction
  )
select
  host, process, remote_ip, port, count() as connection_count, sum(tx) as sent,
  sum(rx) as received
from connections
group by host, process, remote_ip, port
order by sent + received desc, host, process
limit 50;
