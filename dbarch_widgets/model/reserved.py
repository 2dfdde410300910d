"""Words that one of the four databases reserves: a name that is one of them is quoted wherever it is written."""

from __future__ import annotations

# The union of pg_get_keywords() and duckdb_keywords() without the unreserved ones, of SQLite's and MariaDB's words that
# cannot name a table or a column, and of those that MySQL 8 added. One list for all: a script reads the same everywhere.
RESERVED = frozenset(
    """
    accessible add all alter analyse analyze and anti any array as asc asensitive asof asymmetric at authorization
    autoincrement before between bigint binary bit blob boolean both by call cascade case cast change char character
    check coalesce collate collation column columns commit concurrently condition constraint continue convert create
    cross cube cume_dist current_catalog current_date current_role current_schema current_time current_timestamp
    current_user cursor databases day_hour day_microsecond day_minute day_second dec decimal declare default
    deferrable delayed delete delete_domain_id dense_rank desc describe deterministic distinct distinctrow div do
    do_domain_ids double drop dual each else elseif empty enclosed end escape escaped except exists exit explain
    external extract false fetch first_value float float4 float8 for force foreign freeze from full fulltext
    function generated get glob grant greatest group grouping grouping_id groups having high_priority
    hour_microsecond hour_minute hour_second if ignore ignore_domain_ids ilike in index indexed infile initially
    inner inout insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into io_after_gtids
    io_before_gtids is isnull iterate join json json_array json_arrayagg json_exists json_object json_objectagg
    json_query json_scalar json_serialize json_table json_value key keys kill lag lambda last_value lateral lead
    leading least leave left library like limit linear lines load localtime localtimestamp lock long longblob
    longtext loop low_priority manual map master_bind master_demote_to_replica master_demote_to_slave
    master_ssl_verify_server_cert match maxvalue mediumblob mediumint mediumtext merge_action middleint
    minute_microsecond minute_second mod modifies national natural nchar no_write_to_binlog none normalize not
    notnull nth_value ntile null nullif numeric of offset on only optimize optimizer_costs optionally or order out
    outer outfile over overlaps overlay page_checksum parallel parse_vcol_expr partition percent_rank pivot
    pivot_longer pivot_wider placing portion position positional pragma precision primary procedure purge qualify
    raise range rank read read_write reads real recursive ref_system_id references regexp release rename repeat
    replace require resignal restrict return returning revoke right rlike row row_number rowid rows schemas
    second_microsecond select semi sensitive separator session_user set setof show signal similar smallint some
    spatial specific sql sql_big_result sql_calc_found_rows sql_small_result sqlexception sqlstate sqlwarning ssl
    starting stats_auto_recalc stats_persistent stats_sample_pages stored straight_join struct substring summarize
    symmetric system system_user table tablesample terminated then time timestamp tinyblob tinyint tinytext to
    trailing transaction treat trigger trim true try_cast tuple undo union unique unlock unpack unpivot unsigned
    update usage use user using utc_date utc_time utc_timestamp vacuum values varbinary varchar varcharacter
    variadic varying verbose virtual when where while window with write xmlattributes xmlconcat xmlelement xmlexists
    xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable xor year_month zerofill
    """.split()  # noqa: SIM905 - a list of one word a line would be ten times as long
)
