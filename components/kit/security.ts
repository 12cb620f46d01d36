/** The fields that Pod Security *restricted* asks for, plus a read-only root and no API token. */

/** @see https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export const containerSecurity = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};

/** @param user numeric user and group of the upstream image; files on mounted volumes get this group. */
export function podSecurity(user: number) {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}
