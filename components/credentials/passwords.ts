/** A password of the bed, and the Secret that holds it. */
export interface Password {
  readonly secretName: string;
  /** Key in the Secret; "password" where nobody else prescribes one. */
  readonly key?: string;
  /** Set whose data, once kept, can only be opened with it. */
  readonly store?: string;
  /** The indexers read it too: the Secret stands in both namespaces. */
  readonly indexers?: true;
  /** A private key of the curve BLS12-381 instead of a word; in the stack config it goes by its own name. */
  readonly blsKey?: true;
}

/** Every password of the bed. What the stack config has under `configKeyOf`, set with --secret, wins over a generated one. */
export const PASSWORDS = {
  cassandraSuperuser: { secretName: "cassandra-superuser", store: "cassandra" },
  cassandraTemporal: { secretName: "cassandra-temporal", store: "cassandra" },
  elasticsearch: { secretName: "elasticsearch-elastic", store: "elasticsearch" },
  // Name and key are CanopyX's: its controller writes them into every indexer (canopyx app/controller/provider_k8s.go).
  redis: { secretName: "redis", key: "redis-password", indexers: true },
  mongodb: { secretName: "mongodb-root", store: "mongodb" },
  canopyNodeValidatorKey: { secretName: "canopy-node-validator", key: "validator-key", store: "canopy-node", blsKey: true },
  chronikAdmin: { secretName: "chronik-admin", key: "api-key" },
  canopyxAdmin: { secretName: "canopyx-admin" },
  canopyxToken: { secretName: "canopyx-token" },
  canopyxSession: { secretName: "canopyx-session" },
  clickhouse: { secretName: "clickhouse", store: "clickhouse" },
  grafana: { secretName: "grafana-admin" },
} as const satisfies Readonly<Record<string, Password>>;
export type PasswordName = keyof typeof PASSWORDS;

/** The same, where only what every password has is of interest. */
export const passwordOf = (name: PasswordName): Password => PASSWORDS[name];

/** Key of the stack config that gives it. */
export const configKeyOf = (name: PasswordName): string => (passwordOf(name).blsKey ? name : `${name}Password`);
export const allPasswords: readonly Password[] = Object.values(PASSWORDS);
