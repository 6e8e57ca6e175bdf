/** One process at a time, across processes: a lock that survives its holder by seconds only. */
import { setTimeout as delay } from "node:timers/promises";
import { lock } from "proper-lockfile";

/** A holder that was killed is outlived by its lock for at most this long. */
const STALE_MS = 5_000;

/**
 * Runs `body` while holding the lock at `lockPath`; waits for another holder as long as it lives.
 *
 * @param folder what is locked; must exist
 * @param lockPath the lock itself, a folder made and removed here
 * @param onWait called once when somebody else holds the lock
 */
export async function withLock<T>(
  folder: string,
  lockPath: string,
  onWait: () => void,
  body: () => Promise<T>,
): Promise<T> {
  const release = await acquire(folder, lockPath, onWait);
  try {
    return await body();
  } finally {
    // The lock may be gone with what it guarded.
    await release().catch(() => undefined);
  }
}

async function acquire(folder: string, lockPath: string, onWait: () => void): Promise<() => Promise<void>> {
  for (let attempt = 0; ; attempt++) {
    try {
      // A laptop that slept comes back with a stale lock of its own; what is done under it is atomic anyway.
      const onCompromised = () => undefined;
      return await lock(folder, { lockfilePath: lockPath, stale: STALE_MS, update: 1_000, onCompromised });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ELOCKED") throw error;
      if (attempt === 0) onWait();
      await delay(100);
    }
  }
}
