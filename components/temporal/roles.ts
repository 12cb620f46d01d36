/** The four server roles, each a Deployment of its own. */
export const TEMPORAL_ROLES = ["frontend", "history", "matching", "worker"] as const;
export type TemporalRole = (typeof TEMPORAL_ROLES)[number];
