module testbed/lab/images/pause

go 1.26
