/** Waiting on conditions, never on the clock alone. */

/**
 * Asks again and again until there is an answer.
 * @param what what is waited for, for the message when it does not come
 * @param ask a value ends the wait; undefined asks again
 */
export async function until<T>(what: string, seconds: number, ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}

/** Fails when a promise takes longer; what it stands for is stopped by `onLate`. */
export async function within<T>(what: string, seconds: number, promise: Promise<T>, onLate: () => void = () => undefined): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onLate();
      reject(new Error(`${what} took longer than ${seconds} s`));
    }, seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
