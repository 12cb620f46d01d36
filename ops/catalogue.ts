import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Catalogue } from "../components/temporal/catalogue";
import { catalogueDifference } from "./lib/catalogue-difference";
import { main, Refusal } from "./lib/fail";
import { ROOT } from "./lib/places";
import { flags } from "./lib/where";

const FILE = "components/temporal/dynamic-config-keys.json";

/**
 * Asks the Temporal server for its dynamic-config keys, prints what differs from the checked-in catalogue, and rewrites that.
 * The catalogue of another version than the pinned one is only shown: it is written with --write yes, together with a new pin.
 */
main(() => {
  const { server, write } = flags({
    server: "VERSION   another server than the pinned one, such as 1.32.2; only shown",
    write: "yes        with --server: rewrite the checked-in file too",
  });
  if (server !== undefined && !/^\d+\.\d+\.\d+$/.test(server))
    throw new Refusal(`--server is '${server}'; allowed: a release such as 1.32.2.`);
  if (write !== undefined && (write !== "yes" || server === undefined))
    throw new Refusal("--write takes yes, and only beside --server: the pinned server's is always written.");
  const before = readFileSync(path.join(ROOT, FILE), "utf8");
  const after = made(server);
  const [was, is] = [JSON.parse(before), JSON.parse(after)] as [Catalogue, Catalogue];
  const lines = catalogueDifference(was, is);
  if (lines.length > 0) console.log(lines.join("\n"));
  const versions = was.server === is.server ? `Temporal ${is.server}` : `Temporal ${was.server} -> ${is.server}`;
  const found = lines.length === 0 ? "no difference in any key" : `${lines.length} keys differ`;
  const kept = after === before || (server !== undefined && write === undefined);
  if (!kept) writeFileSync(path.join(ROOT, FILE), after);
  const done = after === before ? `${FILE} is the same byte for byte` : kept ? `${FILE} is as it was` : `${FILE} is rewritten`;
  console.log(`${versions}, ${Object.keys(is.keys).length} keys: ${found}; ${done}`);
  return Promise.resolve(0);
});

/** @throws Refusal when it cannot be built or is not whole; the script has said why */
function made(server: string | undefined): string {
  try {
    const args = ["lab/catalogue.sh", ...(server === undefined ? [] : [server])];
    return execFileSync("bash", args, { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 2 ** 26 });
  } catch {
    throw new Refusal("the server's keys could not be had; the lines above say why. Nothing was written.");
  }
}
