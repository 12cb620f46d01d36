// Command etcd is the upstream server behind its public entry point; upstream's own main package is not served as a module.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
