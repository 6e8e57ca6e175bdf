/**
 * How long a model may take to become ready: for the startup probe, and for how long Pulumi waits.
 *
 * The rates are those of ordinary storage and networks, on the slow side: a limit that is too long costs patience, one
 * that is too short kills a healthy server in the middle of loading.
 */

/** KServe gives every Deployment this progress deadline and offers no field to change it. */
export const PROGRESS_DEADLINE_SECONDS = 600;

const FETCH_BYTES_PER_SECOND = 100e6;
const LOAD_BYTES_PER_SECOND = 200e6;
/** Start of the engine, compilation and graph capture, which no model size predicts. */
const ENGINE_START_SECONDS = 240;
/** Scheduling and pulling the serving image, about 10 GB, on a fresh node. */
const PLACEMENT_SECONDS = 300;
const MARGIN = 1.5;
const SHORTEST_STARTUP_SECONDS = 300;
/** Where the model's size is not known: enough for 190 GB. */
const UNKNOWN_STARTUP_SECONDS = 1800;
const UNKNOWN_FETCH_SECONDS = 1800;

/**
 * Seconds from the start of the container until the server must answer.
 *
 * Where loading fits into the Deployment's progress deadline the limit does too, so that a server that hangs is
 * restarted before the rollout counts as failed. A larger model passes the deadline: the InferenceService then shows
 * `ProgressDeadlineExceeded` until the model is up, and becomes Ready all the same.
 */
export function startupSeconds(weightBytes: number | undefined): number {
  if (weightBytes === undefined) return UNKNOWN_STARTUP_SECONDS;
  const expected = weightBytes / LOAD_BYTES_PER_SECOND + ENGINE_START_SECONDS;
  const generous = Math.max(expected * MARGIN, SHORTEST_STARTUP_SECONDS);
  const limit = expected <= PROGRESS_DEADLINE_SECONDS ? Math.min(generous, PROGRESS_DEADLINE_SECONDS) : generous;
  return roundUp(limit, 10);
}

/** Seconds from the creation of the InferenceService until it must be Ready. */
export function readySeconds(weightBytes: number | undefined): number {
  const fetch = weightBytes === undefined ? UNKNOWN_FETCH_SECONDS : weightBytes / FETCH_BYTES_PER_SECOND;
  return roundUp(PLACEMENT_SECONDS + fetch + startupSeconds(weightBytes), 60);
}

/** Seconds from the start of a container that fetches the model itself until the server must answer. */
export function fetchingStartupSeconds(weightBytes: number | undefined): number {
  return readySeconds(weightBytes) - PLACEMENT_SECONDS;
}

function roundUp(seconds: number, step: number): number {
  return Math.ceil(seconds / step) * step;
}
