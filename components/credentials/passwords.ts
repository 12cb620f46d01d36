/** A password of the bed, and the Secret that holds it. */
interface Password {
  readonly secretName: string;
  /** Key in the Secret; "password" where nobody else prescribes one. */
  readonly key?: string;
  /** Set whose data, once kept, can only be opened with it. */
  readonly store?: string;
  /** The indexers read it too: the Secret stands in both namespaces. */
  readonly indexers?: true;
}

/** Every password of the bed. `<name>Password` in the stack config, set with --secret, wins over a generated one. */
export const PASSWORDS = {
  cassandraSuperuser: { secretName: "cassandra-superuser", store: "cassandra" },
  cassandraTemporal: { secretName: "cassandra-temporal", store: "cassandra" },
  elasticsearch: { secretName: "elasticsearch-elastic", store: "elasticsearch" },
  grafana: { secretName: "grafana-admin" },
} as const satisfies Readonly<Record<string, Password>>;
export type PasswordName = keyof typeof PASSWORDS;

/** The same, where only what every password has is of interest. */
export const passwordOf = (name: PasswordName): Password => PASSWORDS[name];
