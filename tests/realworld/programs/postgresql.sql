create table account (id int primary key, branch int, balance numeric(12,2), note text)
insert into account select n, n % 50, (n * 7919) % 100000 / 100.0, md5(n::text) from generate_series(1, 6000) n
create index account_branch on account (branch)
create function interest(balance numeric, years int) returns numeric language plpgsql as $$ declare total numeric := balance; begin for n in 1 .. years loop total := round(total * 1.02, 2); if total < 0 then raise exception 'overdrawn'; end if; end loop; return total; exception when others then return -1; end $$
select sum(interest(balance, 10)) from account where id <= 1000
update account set balance = balance + 1 where branch between 10 and 20
delete from account where id % 7 = 0
select branch, count(*), sum(balance), min(note), max(note) from account group by branch order by branch limit 8
select a.branch, count(*) from account a join account b on a.branch = b.branch and a.id < b.id where a.id < 600 and b.id < 600 group by a.branch order by 2 desc, 1 limit 5
with recursive path (n, s) as (select 1, '1' union all select n + 1, s || ',' || n + 1 from path where n < 300) select length(s) from path order by n desc limit 1
select count(*) from (select regexp_replace(note, '([0-9])', '<\1>', 'g') as r from account) x where r like '<%'
select string_agg(x::text, ',' order by x) from (select unnest(array(select id from account where note ~ '^ab')) x) y
select jsonb_build_object('ids', jsonb_agg(id order by id)) -> 'ids' -> 3 from account where branch = 3
select 1 / (id - 8) from account where id < 20
begin
insert into account values (100001, 1, 5, 'in a transaction')
savepoint a
insert into account values (100001, 1, 5, 'twice')
rollback to savepoint a
select count(*) from account where id > 100000
commit
select sum(id * 20) from generate_series(1, 110) g(id), lateral (select 1) l where id <= 109 and id * 20 > 0 having sum(id) > 0
select id, lag(balance) over w, rank() over w from account where branch = 4 window w as (order by balance desc, id) limit 6
vacuum analyze account
explain (costs off) select * from account where branch = 3 and balance > 100
select count(*) * 20 from generate_series(1, 6000)
