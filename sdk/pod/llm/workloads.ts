/**
 * The Deployments and LeaderWorkerSets that serve.
 * Upstream: kserve/kserve `pkg/controller/v1alpha2/llmisvc/workload_{single,multi}_node.go`.
 */
import type { InjectionContext } from "../clusterObjects";
import { withVariables } from "../merge/environment";
import { unionMaps } from "../merge/strategicMerge";
import { added, field, isSet, itemNamed, text, type Traced, withField } from "../merge/traced";
import { changeNamed } from "../storage/mounts";
import { type Account, type ModelSource, withModelArtifacts } from "./modelArtifacts";
import { childOf, partLabels, type Role, servingLabels } from "./names";
import { groupSize } from "./parallelism";
import { hasPoolRef } from "./presets";

/** A pod template before it is shown as plain data. */
export interface LlmPod {
  role: "pod" | "leader" | "worker";
  labels: Traced;
  annotations: Traced;
  spec: Traced;
}

/** A Deployment or LeaderWorkerSet before it is shown as plain data. */
export interface LlmTemplate {
  part: "main" | "prefill" | "scheduler";
  kind: "Deployment" | "LeaderWorkerSet";
  name: Traced;
  /** Deployment: its pod. LeaderWorkerSet: the leader's, then the workers'; alone where leaders are workers too. */
  pods: LlmPod[];
  /** Pods of one replica. */
  size: Traced;
  replicas: Traced;
  strategy: Traced;
}

/** A service with its combined spec, and what both are judged with. */
export interface WorkloadInput extends ModelSource {
  context: InjectionContext;
}

type Part = "main" | "prefill";

const SIDECAR = "llm-d-routing-sidecar";
/** Prefixes of the service's own annotations and labels that reach its pods. */
const ANNOTATION_PREFIXES = ["k8s.v1.cni.cncf.io", "kueue.x-k8s.io", "prometheus.io"];
const GROUP_ANNOTATION_PREFIXES = ["leaderworkerset.sigs.k8s.io", ...ANNOTATION_PREFIXES];
const LABEL_PREFIXES = ["kueue.x-k8s.io"];

/** Upstream leaves them to the API server, and to the webhook of LeaderWorkerSet, which counts groups. */
const ROLLING = { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } };
const GROUP_ROLLING = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };

/** The workload that serves, and of a disaggregated service the one that prefills. */
export function servingWorkloads(input: WorkloadInput): LlmTemplate[] {
  const { spec } = input;
  const prefill = field(spec, "prefill");
  return [
    workload(input, "main", spec),
    ...(prefill !== undefined && isSet(prefill) ? [workload(input, "prefill", prefill)] : []),
  ];
}

function workload(input: WorkloadInput, part: Part, own: Traced): LlmTemplate {
  const isGroup = isSet(field(own, "worker"));
  return {
    part,
    kind: isGroup ? "LeaderWorkerSet" : "Deployment",
    name: childOf(input.service, nameSuffix(part, isGroup)),
    pods: isGroup ? groupPods(input, part, own) : [singlePod(input, part, own)],
    size: (isGroup ? groupSize(own) : undefined) ?? added(1),
    replicas: field(own, "replicas") ?? added(1),
    strategy: added(isGroup ? GROUP_ROLLING : ROLLING),
  };
}

function nameSuffix(part: Part, isGroup: boolean): string {
  return `-kserve${isGroup ? "-mn" : ""}${part === "prefill" ? "-prefill" : ""}`;
}

function singlePod(input: WorkloadInput, part: Part, own: Traced): LlmPod {
  const { service, context } = input;
  const isMain = part === "main";
  const written = field(own, "template") ?? added({});
  const needsAccount = isMain && hasSidecar(written);
  const account = needsAccount
    ? accountOf(service, [written], "-kserve")
    : { name: field(written, "serviceAccountName"), isMade: false };
  const placed = needsAccount ? withField(written, "serviceAccountName", account.name) : written;
  const routed = isMain ? withPoolName(placed, input) : placed;
  const labels = servingLabels(service, `workload${isMain ? "" : "-prefill"}`, isMain ? mainRole(input) : "prefill");
  return {
    role: "pod",
    ...metadata(input, part, labels, ANNOTATION_PREFIXES),
    spec: withModelArtifacts(routed, input, account, context),
  };
}

function groupPods(input: WorkloadInput, part: Part, own: Traced): LlmPod[] {
  const { service } = input;
  const isMain = part === "main";
  const suffix = isMain ? "" : "-prefill";
  const leader = field(own, "template");
  const worker = field(own, "worker") ?? added({});
  const account = accountOf(service, [leader, worker], `-kserve-mn${suffix}`);
  const pod = (role: "leader" | "worker", written: Traced, labels: Traced): LlmPod => {
    const placed = withField(written, "serviceAccountName", account.name);
    const spec = withModelArtifacts(placed, input, account, input.context);
    return {
      role,
      ...metadata(input, part, labels, GROUP_ANNOTATION_PREFIXES),
      spec: isMain ? withPoolName(spec, input) : spec,
    };
  };
  const component = `workload-worker${suffix}`;
  if (leader === undefined || !isSet(leader)) {
    return [pod("worker", worker, servingLabels(service, component, isMain ? "decode" : "prefill"))];
  }
  const leaderLabels = servingLabels(service, `workload-leader${suffix}`, isMain ? mainRole(input) : "prefill");
  return [pod("leader", leader, leaderLabels), pod("worker", worker, partLabels(service, component))];
}

/** Decodes only, where another workload prefills. */
function mainRole({ spec }: WorkloadInput): Role {
  return isSet(field(spec, "prefill")) ? "decode" : "both";
}

/** Labels and annotations of a pod: KServe's, some of the service's own, and those of its spec. */
function metadata(
  { service, spec }: WorkloadInput,
  part: Part,
  own: Traced,
  prefixes: readonly string[],
): { labels: Traced; annotations: Traced } {
  const given = (key: string): (Traced | undefined)[] => [
    field(spec, key),
    ...(part === "prefill" ? [field(spec, "prefill", key)] : []),
  ];
  const labels = prefixed(field(service, "metadata", "labels"), LABEL_PREFIXES);
  const annotations = prefixed(field(service, "metadata", "annotations"), prefixes);
  return {
    labels: unionMaps(own, labels, ...given("labels")),
    annotations: unionMaps(annotations, ...given("annotations")),
  };
}

function prefixed(map: Traced | undefined, prefixes: readonly string[]): Traced | undefined {
  if (map?.kind !== "map") return map;
  const taken = [...map.fields].filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix)));
  return { ...map, fields: new Map(taken) };
}

/** The account that one of the pods names, or the one that KServe makes. */
function accountOf(service: Traced, pods: readonly (Traced | undefined)[], suffix: string): Account {
  const made = childOf(service, suffix);
  const named = pods.map((pod) => field(pod, "serviceAccountName")).find((name) => name !== undefined);
  const isMade = named === undefined || (text(named) !== undefined && text(named) === text(made));
  return { name: isMade ? made : named, isMade };
}

function hasSidecar(pod: Traced): boolean {
  return itemNamed(field(pod, "initContainers"), SIDECAR) !== undefined;
}

/** The pod whose routing sidecar, if it has one, knows the pool that it may send to. */
function withPoolName(pod: Traced, { service, spec }: WorkloadInput): Traced {
  const initContainers = field(pod, "initContainers");
  if (!hasSidecar(pod) || !isSet(field(spec, "router"))) return pod;
  const pool = hasPoolRef(spec)
    ? field(spec, "router", "scheduler", "pool", "ref", "name")
    : childOf(service, "-inference-pool");
  const variable = withField(added({ name: "INFERENCE_POOL_NAME" }), "value", pool);
  const changed = changeNamed(initContainers, SIDECAR, (sidecar) => withVariables(sidecar, [variable]));
  return withField(pod, "initContainers", changed);
}
