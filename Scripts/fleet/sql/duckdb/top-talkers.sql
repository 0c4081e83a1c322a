-- Which processes moved the most bytes, and with whom: each connection by its highest counts. Needs -i.
with
  connections as (
    select
      machine, netns, boot_id, any_value(host) as host, any_value(process) as process, remote_ip,
      if(direction = 'in', local_port, remote_port) as port, max(tx_bytes) as tx,
      max(rx_bytes) as rx
    from lines
    where remote_port > 0 and tx_bytes is not null
    group by machine, netns, boot_id, protocol, local_ip, local_port, remote_ip, remote_port, direction
  )
select
  host, process, remote_ip, port, count(*) as connections, sum(tx)::ubigint as sent,
  sum(rx)::ubigint as received
from connections
group by host, process, remote_ip, port
order by sent + received desc, host, process
limit 50;
