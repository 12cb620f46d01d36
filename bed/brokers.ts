import { Chronik, chronikEndpoint, chronikTopics } from "../components/chronik";
import { chronikBench } from "../components/chronik-bench";
import type { Credentials } from "../components/credentials";
import { RunOnce } from "../components/kit/run-once";
import type { Stages } from "../components/kit/stages";
import type { Platform } from "../components/platform";
import type { Stack } from "../values";
import type { Derived } from "../values/derive";

interface Prior {
  readonly platform: Platform;
  readonly credentials: Credentials;
}

/** The brokers, their topics, and what is measured on them. */
export function makeBrokers(on: Stages, { values }: Stack, { bed, identities }: Derived, { platform, credentials }: Prior) {
  const { secrets } = credentials;
  const chronik = values.chronik.enabled
    ? new Chronik(
        "chronik",
        { bed, values: values.chronik, identity: identities.chronik, adminKey: secrets.chronikAdmin },
        on.after(platform, credentials),
      )
    : undefined;
  const brokers = chronikEndpoint(values.chronik, bed.namespace);
  const topics =
    chronik &&
    new RunOnce("chronik-topics", chronikTopics({ bed, values: values.chronik, brokers, replacedWith: [chronik.set] }), on.after(chronik));
  const { image } = values.chronikBench;
  const bench =
    image && new RunOnce("chronik-bench", chronikBench({ bed, values: values.chronikBench, image, brokers }), on.after(chronik, topics));
  return { chronik, topics, bench };
}
