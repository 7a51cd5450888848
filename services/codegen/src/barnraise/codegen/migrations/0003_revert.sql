alter table codegen.steps drop constraint steps_origin_check;
alter table codegen.steps add constraint steps_origin_check check (
    origin in ('compile', 'repair', 'edit', 'push', 'undo', 'redo', 'restore', 'revert', 'clone', 'import', 'merge')
);
