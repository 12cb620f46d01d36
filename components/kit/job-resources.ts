/** Resources of a job's pod: a shell and one client. */
export const JOB_RESOURCES = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "1", memory: "256Mi" },
};
