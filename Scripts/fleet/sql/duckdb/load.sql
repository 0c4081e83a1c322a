-- The lines of `sockeye -tu -i --ndjson --host-record`, of any hosts and times, as a table `lines`: JSON is read once, which
-- takes longer than all queries.
-- Other files than *.ndjson here: set variable files = '/var/log/sockeye/*/*.ndjson';
create or replace table lines as
select
  coalesce(machine_id, host, '?') as machine,
  date_diff('day', timestamp '2000-01-01', time) as day,
  owners[1].name as process,
  *
from read_json(
  coalesce(getvariable('files'), '*.ndjson'), format = 'newline_delimited',
  columns = {
    kind: 'VARCHAR', host: 'VARCHAR', time: 'TIMESTAMP', machine_id: 'VARCHAR', boot_id: 'VARCHAR',
    incomplete: 'BOOLEAN', protocol: 'VARCHAR', state: 'VARCHAR', direction: 'VARCHAR',
    local_ip: 'VARCHAR', local_port: 'INTEGER', remote_ip: 'VARCHAR', remote_port: 'INTEGER',
    inode: 'UBIGINT', netns: 'UBIGINT', owners: 'STRUCT(name VARCHAR)[]', tx_bytes: 'UBIGINT',
    rx_bytes: 'UBIGINT', namespaces: 'STRUCT(netns UBIGINT, addresses VARCHAR[])[]'
  }
);
