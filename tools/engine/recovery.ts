/**
 * What to do after `pulumi up` was killed: release its lock, settle the creations it had begun, re-read the rest.
 *
 * Everything this project creates has a fixed name, so whether a begun creation reached the cluster is a question the
 * cluster can answer: what is there and was written by Pulumi is taken into the state, the rest is created again.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { KubeConfig, KubernetesObjectApi, V1ObjectMeta } from "@kubernetes/client-node";
import { expectSuccess, type Stack, type StoredResource } from "./stack";

/** What recovery found and did. */
export interface Recovery {
  /** Whether the last run of the stack was cut off. */
  interrupted: boolean;
  /** URNs of objects that the run had made without noting it; now in the state. */
  adopted: string[];
  /** URNs of objects that the run meant to make and had not; the next update makes them. */
  cleared: string[];
}

/**
 * Brings a stack whose last run was cut off back to where `pulumi up` continues; does nothing after a clean run.
 *
 * @throws when another run of the stack is alive
 */
export async function recover(stack: Stack, kubeconfig: string, context?: string): Promise<Recovery> {
  const hadLock = await releaseDeadLocks(stack);
  const checkpoint = await stack.export();
  const { resources = [], pending_operations: pending = [] } = checkpoint.deployment;
  const recovery: Recovery = { interrupted: hadLock || pending.length > 0, adopted: [], cleared: [] };
  if (pending.length === 0) return recovery;
  const cluster = objectApi(kubeconfig, context);
  for (const { type, resource } of pending) {
    if (type !== "creating") continue;
    const id = await idOfOwnObject(resource, cluster);
    if (id === undefined) recovery.cleared.push(resource.urn);
    else {
      recovery.adopted.push(resource.urn);
      resources.push({ ...resource, id, outputs: { ...resource.inputs } });
    }
  }
  // `pulumi refresh --import-pending-creates` is meant for this, but the engine (3.259) forgets what it is told.
  await stack.import({ ...checkpoint, deployment: { ...checkpoint.deployment, resources, pending_operations: [] } });
  expectSuccess(await stack.run(["refresh", "--yes", "--skip-preview"]), "pulumi refresh");
  return recovery;
}

async function releaseDeadLocks(stack: Stack): Promise<boolean> {
  const folder = join(stack.engine.dir, "state/.pulumi/locks/organization", stack.project, stack.name);
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith(".json")) : [];
  if (files.length === 0) return false;
  for (const file of files) {
    const lock = JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid: number; hostname: string };
    if (lock.hostname !== hostname() || isAlive(lock.pid)) {
      throw new Error(`stack ${stack.name} is being updated by process ${lock.pid} on ${lock.hostname}; wait for it`);
    }
  }
  expectSuccess(await stack.run(["cancel", "--yes"]), "pulumi cancel");
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function objectApi(kubeconfig: string, context?: string): KubernetesObjectApi {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  return KubernetesObjectApi.makeApiClient(config);
}

/** The id under which the Kubernetes plugin files an object, when that object is there and Pulumi wrote it. */
async function idOfOwnObject(resource: StoredResource, cluster: KubernetesObjectApi): Promise<string | undefined> {
  if (!resource.type.startsWith("kubernetes:")) return undefined;
  const inputs = resource.inputs as {
    apiVersion?: string;
    kind?: string;
    metadata?: { name?: string; namespace?: string };
  };
  const { apiVersion, kind, metadata } = inputs;
  if (apiVersion === undefined || kind === undefined || metadata?.name === undefined) return undefined;
  try {
    const { name, namespace = "default" } = metadata;
    const found = await cluster.read({
      apiVersion,
      kind,
      metadata: Object.assign(new V1ObjectMeta(), { name, namespace }),
    });
    const managers = found.metadata?.managedFields ?? [];
    if (!managers.some(({ manager }) => manager?.startsWith("pulumi") === true)) return undefined;
    return found.metadata?.namespace === undefined ? name : `${found.metadata.namespace}/${name}`;
  } catch (error) {
    if ((error as { code?: number }).code === 404) return undefined;
    throw error;
  }
}
