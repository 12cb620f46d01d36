import { Credentials, IndexersCredentials } from "../components/credentials";
import type { Stages } from "../components/kit/stages";
import { Platform } from "../components/platform";
import type { Stack } from "../values";
import type { Derived } from "../values/derive";

/** What every other group stands on: the namespaces, and the passwords in them. */
export function makeGround(ground: Stages, stack: Stack, derived: Derived) {
  const { values } = stack;
  const { bed, facts, keptStores } = derived;
  const [, indexers] = stack.namespaces;
  const place = { stack: stack.name, values: values.platform };
  const platform = new Platform("platform", { ...place, namespace: bed.namespace, facts, keepsData: keptStores.size > 0 }, ground.after());
  // What a controller creates at run time is in nobody's state: it goes with a namespace of its own.
  const runtime = new Platform(
    "indexers",
    { ...place, namespace: indexers, facts: {}, keepsData: false, podSecurity: values.canopyx.indexer.podSecurity },
    ground.after(),
  );
  const on = ground.deletedWith(platform.disposable);
  const credentials = new Credentials(
    "credentials",
    { bed, needed: derived.passwords, given: stack.passwords, keptStores },
    on.after(platform),
  );
  const indexersCredentials =
    Object.keys(credentials.ofIndexers).length > 0
      ? new IndexersCredentials(
          "indexers-credentials",
          { bed, namespace: indexers, secrets: credentials.ofIndexers },
          on.after(runtime, credentials),
        )
      : undefined;
  return { on, platform, runtime, credentials, indexersCredentials };
}
