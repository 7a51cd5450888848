-- Which change a revert has taken back, or a restore went back to.
alter table codegen.steps add column target text;
