"""The service of Red Trails: HTTP interface, web pages and the command line; the only composer."""
