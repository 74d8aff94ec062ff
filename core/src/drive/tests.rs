//! Both loops over one script: the named bugs of reliability 1 and the read column of its fault table.
