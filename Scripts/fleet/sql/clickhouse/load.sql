-- The lines of `sockeye -tu -i --ndjson --host-record`, of any hosts and times, as a table `lines`.
-- For clickhouse-local and chDB; a server reads *.ndjson below its user_files.
create or replace view lines as
select
  coalesce(machine_id, host, '?') as machine,
  toDate(time) as day,
  if(empty(owners), null, owners[1].name) as process,
  *
from file(
  '*.ndjson', 'JSONEachRow',
  'kind Nullable(String), host Nullable(String), time DateTime64(3, \'UTC\'), machine_id Nullable(String),
   boot_id Nullable(String), incomplete Nullable(Bool), protocol Nullable(String), state Nullable(String),
   direction Nullable(String), local_ip Nullable(String), local_port Nullable(Int32),
   remote_ip Nullable(String), remote_port Nullable(Int32), inode Nullable(UInt64), netns Nullable(UInt64),
   owners Array(Tuple(name Nullable(String))), tx_bytes Nullable(UInt64), rx_bytes Nullable(UInt64),
   namespaces Array(Tuple(netns Nullable(UInt64), addresses Array(String)))'
)
settings date_time_input_format = 'best_effort', input_format_skip_unknown_fields = 1;
