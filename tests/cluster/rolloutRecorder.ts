/** What the pods, ReplicaSets and Deployments of a cluster do, as the API server tells it, by namespace. */
import { KubeConfig, Watch } from "@kubernetes/client-node";
import type { Cluster } from "../../tools/cluster/cluster";

export interface PodSeen {
  kind: "Pod";
  name: string;
  replicaSet: string | undefined;
  node: string | undefined;
  gpus: number;
  ready: boolean;
  unschedulable: boolean;
  deleting: boolean;
}

export interface SetSeen {
  kind: "ReplicaSet";
  name: string;
  deployment: string;
  revision: string | undefined;
  gpus: number;
  replicas: number;
  observed: boolean;
  status: { replicas: number; available: number };
}

export interface DeploymentSeen {
  kind: "Deployment";
  name: string;
  replicas: number;
  generation: number;
  observed: boolean;
  status: { replicas: number; updated: number; available: number };
}

type Seen = PodSeen | SetSeen | DeploymentSeen;

export interface Change {
  /** Position in the history of the cluster; comparable between kinds, since they share one etcd. */
  version: number;
  key: string;
  /** `undefined` once it is gone. */
  object: Seen | undefined;
}

/** One namespace: how it is now, and everything that happened. */
export interface Story {
  now: Map<string, Seen>;
  changes: Change[];
  /** When the last change arrived. */
  touched: number;
}

export interface Recorder {
  story(namespace: string): Story;
  stop(): void;
}

interface Raw {
  metadata: {
    name: string;
    namespace: string;
    resourceVersion: string;
    generation?: number;
    deletionTimestamp?: string;
    ownerReferences?: { kind: string; name: string }[];
  };
  spec: {
    nodeName?: string;
    replicas?: number;
    containers?: Container[];
    template?: { metadata?: { annotations?: Record<string, string> }; spec?: { containers?: Container[] } };
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    availableReplicas?: number;
    updatedReplicas?: number;
    conditions?: { type: string; status: string; reason?: string }[];
  };
}

interface Container {
  resources?: { limits?: Record<string, string> };
}

/** Listens to a cluster until it is stopped; a connection that ends is taken up where it ended. */
export async function record({ kubeconfig }: Cluster): Promise<Recorder> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const watch = new Watch(config);
  const stories = new Map<string, Story>();
  const story = (namespace: string) => {
    const known = stories.get(namespace) ?? { now: new Map<string, Seen>(), changes: [], touched: Date.now() };
    stories.set(namespace, known);
    return known;
  };
  const open = new Set<AbortController>();
  let stopped = false;
  const listen = async (path: string, read: (raw: Raw) => Seen, resourceVersion?: string): Promise<void> => {
    let last = resourceVersion;
    const connection = await watch.watch(
      path,
      { resourceVersion: last, allowWatchBookmarks: true },
      (phase, object: Raw) => {
        if (phase === "ERROR") throw new Error(JSON.stringify(object));
        last = object.metadata.resourceVersion;
        if (phase !== "BOOKMARK") note(story(object.metadata.namespace), phase, object, read);
      },
      () => {
        if (!stopped) void listen(path, read, last);
      },
    );
    open.add(connection);
  };
  await listen("/api/v1/pods", podSeen);
  await listen("/apis/apps/v1/replicasets", setSeen);
  await listen("/apis/apps/v1/deployments", deploymentSeen);
  const stop = () => {
    stopped = true;
    for (const connection of open) connection.abort();
  };
  return { story, stop };
}

function note(story: Story, phase: string, raw: Raw, read: (raw: Raw) => Seen): void {
  const object = read(raw);
  const key = `${object.kind}/${object.name}`;
  const gone = phase === "DELETED";
  story.changes.push({ version: Number(raw.metadata.resourceVersion), key, object: gone ? undefined : object });
  if (gone) story.now.delete(key);
  else story.now.set(key, object);
  story.touched = Date.now();
}

function podSeen({ metadata, spec, status }: Raw): PodSeen {
  const conditions = status?.conditions ?? [];
  return {
    kind: "Pod",
    name: metadata.name,
    replicaSet: ownerOf(metadata),
    node: spec.nodeName,
    gpus: gpusOf(spec.containers),
    ready: conditions.some(({ type, status }) => type === "Ready" && status === "True"),
    unschedulable: conditions.some(({ type, reason }) => type === "PodScheduled" && reason === "Unschedulable"),
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

function setSeen({ metadata, spec, status }: Raw): SetSeen {
  return {
    kind: "ReplicaSet",
    name: metadata.name,
    deployment: ownerOf(metadata) ?? "",
    revision: spec.template?.metadata?.annotations?.revision,
    gpus: gpusOf(spec.template?.spec?.containers),
    replicas: spec.replicas ?? 0,
    observed: metadata.generation === status?.observedGeneration,
    status: { replicas: status?.replicas ?? 0, available: status?.availableReplicas ?? 0 },
  };
}

function deploymentSeen({ metadata, spec, status }: Raw): DeploymentSeen {
  return {
    kind: "Deployment",
    name: metadata.name,
    replicas: spec.replicas ?? 0,
    generation: metadata.generation ?? 0,
    observed: metadata.generation === status?.observedGeneration,
    status: {
      replicas: status?.replicas ?? 0,
      updated: status?.updatedReplicas ?? 0,
      available: status?.availableReplicas ?? 0,
    },
  };
}

function ownerOf({ ownerReferences = [] }: Raw["metadata"]): string | undefined {
  return ownerReferences[0]?.name;
}

function gpusOf(containers: Container[] = []): number {
  return containers.reduce((sum, { resources }) => sum + Number(resources?.limits?.["nvidia.com/gpu"] ?? 0), 0);
}
