/** Tries of a job: the first, and one more for a pod that died of something else than its own verdict. */
export const TRIES = 2;

/** Seconds after which one try gives up on its own, so that both tries and the back-off of 10 s fit the deadline. */
export function giveUpAfter(jobSeconds: number): number {
  return Math.floor((jobSeconds - 20) / TRIES);
}
