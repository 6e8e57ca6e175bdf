/**
 * The embedded cluster: a real control plane with the real KServe controller on loopback, nodes and pods simulated by
 * kwok. One folder holds all of one cluster's state; clusters in different folders know nothing of one another.
 */
import { existsSync, readdirSync, rmSync, rmdirSync } from "node:fs";
import { resolve } from "node:path";
import { withLock } from "../lock";
import { ensureTools, moduleDir } from "../toolchain/toolchain";
import { COMPONENT_NAMES } from "./components";
import { runningProcess } from "./process";
import { bringUp, stopAll, type Cluster, type Report } from "./start";
import { layout, LOOPBACK, makeFolders, readState } from "./state";

export type { Cluster, Report } from "./start";

/** What is known of a cluster from its state folder. */
export interface ClusterStatus {
  /** URL of the API server; undefined when the folder holds no cluster. */
  server?: string;
  /** Process ids by component; undefined for one that does not run. */
  components: { name: string; pid: number | undefined }[];
}

/**
 * Starts the cluster of a state folder, or whatever part of it does not run; keeps the objects of a cluster that
 * crashed. Does nothing but look when all is well.
 *
 * @param dir state folder, made when missing; readable by its owner only
 * @throws Error that names the component which failed and its last log lines
 */
export async function clusterUp(dir: string, report: Report = () => undefined): Promise<Cluster> {
  const paths = layout(resolve(dir));
  const executables = await ensureTools(COMPONENT_NAMES);
  const kserveDir = await moduleDir("kserve-manager");
  makeFolders(paths);
  const waiting = () => {
    report(`Waiting for another command that works on ${paths.dir}`);
  };
  return withLock(paths.dir, paths.lock, waiting, () => bringUp(paths, { executables, kserveDir }, report));
}

/** Ends the processes that `clusterUp` started for this folder, and no others; removes the cluster's state. */
export async function clusterDown(dir: string, report: Report = () => undefined): Promise<void> {
  const paths = layout(resolve(dir));
  if (!existsSync(paths.dir)) return;
  const waiting = () => {
    report(`Waiting for another command that works on ${paths.dir}`);
  };
  await withLock(paths.dir, paths.lock, waiting, async () => {
    await stopAll(paths);
    // Only what is the cluster's: somebody may keep more in this folder, or have named the wrong one.
    for (const path of paths.owned) rmSync(path, { recursive: true, force: true });
  });
  if (readdirSync(paths.dir).length === 0) rmdirSync(paths.dir);
}

/** Looks at the processes; asks no server. */
export function clusterStatus(dir: string): ClusterStatus {
  const paths = layout(resolve(dir));
  const state = existsSync(paths.state) ? readState(paths) : undefined;
  return {
    ...(state === undefined ? {} : { server: `https://${LOOPBACK}:${state.ports.apiServer}` }),
    components: COMPONENT_NAMES.map((name) => ({ name, pid: runningProcess(paths, name) })),
  };
}
