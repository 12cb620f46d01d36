import type { Contract } from "./contract";

const ENTRY_POINT = "docker-library/mongo d27f80d, 5.0/docker-entrypoint.sh";

export const CONTRACTS: readonly Contract[] = [
  {
    subject: "docker.io/library/mongo",
    version: "5.0.14-focal",
    env: { MONGO_INITDB_ROOT_USERNAME: ENTRY_POINT, MONGO_INITDB_ROOT_PASSWORD: ENTRY_POINT },
    ports: { "27017": "docker-library/mongo d27f80d, 5.0/Dockerfile: EXPOSE" },
    probes: { tcp: `${ENTRY_POINT}: 127.0.0.1 alone while the user is created, all addresses from then on` },
  },
];
