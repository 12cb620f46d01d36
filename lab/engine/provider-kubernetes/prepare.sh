#!/usr/bin/env bash
# Writes the two embedded files that upstream's build generates: the schema with a version, and the Terraform name mapping.
set -euo pipefail
module=github.com/pulumi/pulumi-kubernetes/provider/v4
GOFLAGS=-mod=readonly go mod download "$module"
source_dir=$(GOFLAGS=-mod=readonly go list -m -f '{{.Dir}}' "$module")/cmd/pulumi-resource-kubernetes
mkdir -p gen
node -e '
const fs = require("fs"), [dir] = process.argv.slice(1), read = (f) => JSON.parse(fs.readFileSync(dir + "/" + f, "utf8"));
fs.writeFileSync("gen/schema-embed.json", JSON.stringify({ ...read("schema.json"), version: "4.24.0" }));
fs.writeFileSync("gen/terraform-mapping-embed.json", JSON.stringify(read("terraform-mapping.json")));
' "$source_dir"
