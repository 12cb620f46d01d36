/** Every password of the core. `<name>Password` in the stack config, set with --secret, wins over a generated one. */
export const PASSWORDS = {
  cassandraSuperuser: { secretName: "cassandra-superuser", store: "cassandra" },
  cassandraTemporal: { secretName: "cassandra-temporal", store: "cassandra" },
  elasticsearch: { secretName: "elasticsearch-elastic", store: "elasticsearch" },
} as const;
export type PasswordName = keyof typeof PASSWORDS;
/** A store whose data, once kept, can only be opened with the password it was made with. */
export type StoreName = (typeof PASSWORDS)[PasswordName]["store"];
