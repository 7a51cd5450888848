-- What the critic gave the first proposal of a trial.
alter table codegen.trials add column score int;
