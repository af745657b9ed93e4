"""The catalogue in and out: files as tables, what each row would do, sets of changes, exports.

Nothing is imported here: the store needs `staging` alone, and a reader of workbooks costs time.
`forms` reads and writes files; `mapping` says what their columns mean; `comparing` is the dry run;
`staging` keeps a file between upload and use; `desk` does all of it with the rights of one person.
"""
