import { writeSync } from "node:fs";
import { csv } from "../../../ops/lib/sweep/report";
import { runFake } from "./fake";

/** A process of its own that sweeps the fake stack of a folder, and says each step before it takes it. */
const [folder = ""] = process.argv.slice(2);
runFake({ folder, step: () => writeSync(1, ".") }).then(
  ({ store }) => writeSync(1, `\n${csv(store.outcomes())}`),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
