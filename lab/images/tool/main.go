// Command images writes an OCI image layout from root file systems in folders, and serves such a layout as a registry.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
)

const usage = `usage:
  images assemble --out DIR IMAGE_JSON=LAYER_DIR,LAYER_DIR ...   write an OCI image layout into the new folder DIR
  images serve --layout DIR --listen 127.0.0.1:5000              serve it, read-only, for every registry name`

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 {
		return errors.New("no command given; allowed: assemble, serve\n" + usage)
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	flags.Usage = func() { fmt.Fprintln(os.Stderr, usage) }
	switch args[0] {
	case "assemble":
		out := flags.String("out", "", "")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		if *out == "" || flags.NArg() == 0 {
			return errors.New("assemble: needs --out and at least one IMAGE_JSON=LAYER_DIR,...\n" + usage)
		}
		return assemble(*out, flags.Args())
	case "serve":
		layout := flags.String("layout", "", "")
		listen := flags.String("listen", "127.0.0.1:5000", "")
		if err := flags.Parse(args[1:]); err != nil {
			return err
		}
		if *layout == "" || flags.NArg() > 0 {
			return errors.New("serve: needs --layout and takes no arguments\n" + usage)
		}
		return serve(*layout, *listen)
	}
	return fmt.Errorf("'%s' is not a command; allowed: assemble, serve\n%s", args[0], usage)
}
