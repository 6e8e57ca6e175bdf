/** Pods that do not run: killed, without a place, without image or volume. */
import { acceleratorFamily } from "../../catalog/acceleratorFamilies";
import { deviceCount, conditionOf, listAt, nameOf, ofKind, textAt, textsAt, valueAt, type SeenObject } from "../seen";
import type { Diagnosis } from "./finding";

/** Something the cluster said of an object. */
interface Saying {
  reason: string;
  message: string;
}

/**
 * Why pods of models do not run.
 * @requirement TR-1, TR-3, TR-8
 */
export function diagnosePods(objects: readonly SeenObject[]): Diagnosis[] {
  const pods = ofKind(objects, "Pod", "");
  return [...pods.flatMap((pod) => diagnosePod(pod, objects)), ...quotaRefusals(objects)];
}

function diagnosePod(pod: SeenObject, objects: readonly SeenObject[]): Diagnosis[] {
  const said = sayingsOf(pod, objects);
  const unplaced = said.find(({ reason }) => reason === "FailedScheduling" || reason === "Unschedulable");
  return [
    ...killed(pod),
    ...(unplaced === undefined || isPlaced(pod) ? [] : withoutPlace(pod, unplaced.message, objects)),
    ...said.flatMap((saying) => unloaded(pod, saying)),
  ];
}

function isPlaced(pod: SeenObject): boolean {
  return textAt(pod.raw, "spec", "nodeName") !== undefined;
}

/** Events of an object, and its own condition where the events have been forgotten. */
function sayingsOf(object: SeenObject, objects: readonly SeenObject[]): Saying[] {
  const condition = conditionOf(object, "PodScheduled");
  const own = textAt(condition, "status") === "False" ? [sayingOf(condition)] : [];
  return [...eventsOf(object, objects), ...waitingOf(object), ...own];
}

/** Events that tell of an object, of the old group and of the new one. */
export function eventsOf(object: SeenObject, objects: readonly SeenObject[]): Saying[] {
  return [
    ...ofKind(objects, "Event", "").map(({ raw }) => ({ raw, about: valueAt(raw, "involvedObject") })),
    ...ofKind(objects, "Event", "events.k8s.io").map(({ raw }) => ({ raw, about: valueAt(raw, "regarding") })),
  ]
    .filter(
      ({ about }) =>
        textAt(about, "kind") === object.kind &&
        textAt(about, "name") === object.name &&
        (textAt(about, "namespace") ?? "") === object.namespace,
    )
    .map(({ raw }) => sayingOf(raw, textAt(raw, "note")));
}

function sayingOf(raw: unknown, note?: string): Saying {
  return { reason: textAt(raw, "reason") ?? "", message: note ?? textAt(raw, "message") ?? "" };
}

function containersOf(pod: SeenObject): readonly unknown[] {
  return [...listAt(pod.raw, "status", "initContainerStatuses"), ...listAt(pod.raw, "status", "containerStatuses")];
}

function waitingOf(pod: SeenObject): Saying[] {
  return containersOf(pod)
    .map((status) => valueAt(status, "state", "waiting"))
    .filter((waiting) => waiting !== undefined)
    .map((waiting) => sayingOf(waiting));
}

function killed(pod: SeenObject): Diagnosis[] {
  return containersOf(pod).flatMap((status) => {
    const ends = [valueAt(status, "state", "terminated"), valueAt(status, "lastState", "terminated")];
    if (!ends.some((end) => textAt(end, "reason") === "OOMKilled")) return [];
    const container = textAt(status, "name") ?? "";
    const isInitializer = container === "storage-initializer";
    return [
      {
        id: "TR-1",
        subject: nameOf(pod),
        evidence: `container ${container}: OOMKilled at ${limitOf(pod, container)}`,
        cause: isInitializer
          ? "the download of the model needs more memory than its container may use"
          : "the container may use less memory of the host than the server needs to load the model",
        rules: [isInitializer ? "storage/initializer-memory" : "gpu/host-memory"],
        wayOut: isInitializer
          ? "raise memoryLimit of storageInitializer in ConfigMap inferenceservice-config, or take the model from an OCI image or a claim"
          : "raise resources.limits.memory: weights of the model plus shared memory is a good start",
      },
    ];
  });
}

function limitOf(pod: SeenObject, container: string): string {
  const written = [...listAt(pod.raw, "spec", "initContainers"), ...listAt(pod.raw, "spec", "containers")].find(
    (one) => textAt(one, "name") === container,
  );
  return textsAt(written, "resources", "limits").memory ?? "no limit of its own";
}

/** The scheduler counts nodes by reason; each reason has a way out of its own. */
function withoutPlace(pod: SeenObject, message: string, objects: readonly SeenObject[]): Diagnosis[] {
  const found = { subject: nameOf(pod), evidence: message.replace(/\s*preemption: .*$/s, "") };
  const short = [...message.matchAll(/Insufficient ([\w./-]+)/g)].map(([, resource = ""]) =>
    resource.replace(/\.$/, ""),
  );
  const device = short.find((resource) => acceleratorFamily(resource) !== undefined);
  const result: Diagnosis[] = [];
  if (device !== undefined) result.push({ ...found, ...deviceShortage(pod, device, objects) });
  else if (short[0] !== undefined) {
    const wayOut = `lower the request of ${short.join(" and ")}, or add nodes`;
    result.push({
      ...found,
      id: "TR-3",
      cause: "no node has enough left",
      rules: ["sched/pool-not-scale-blocked"],
      wayOut,
    });
  }
  const taint = /untolerated taint\(?s?\)? \{([^}]*)\}/.exec(message)?.[1];
  if (taint !== undefined) {
    const key = taint.split(/[:=]/)[0] ?? taint;
    const cause = `nodes keep pods away by the taint ${taint}`;
    const wayOut = `a toleration of ${key} in the hardware profile, or under tolerations of the model`;
    result.push({ ...found, id: "TR-3", cause, rules: ["sched/tolerates-pool"], wayOut });
  }
  if (/didn't match Pod's node affinity\/selector|didn't match node selector/.test(message)) {
    const cause = "no node has the labels that nodeSelector or affinity ask for";
    const wayOut = "compare them with kubectl get nodes --show-labels; feature discovery writes nvidia.com/gpu.product";
    result.push({ ...found, id: "TR-3", cause, rules: ["sched/selector-matches-pool"], wayOut });
  }
  return result;
}

type Shortage = Pick<Diagnosis, "id" | "cause" | "rules" | "wayOut">;

function deviceShortage(pod: SeenObject, device: string, objects: readonly SeenObject[]): Shortage {
  if (hasRunningSibling(pod, objects)) {
    return {
      id: "TR-8",
      cause: `the old pod of this service holds its ${device} until the new one is ready, and no other is free`,
      rules: ["rollout/gpu-headroom"],
      wayOut: "rolloutStrategy Recreate, or maxSurge 0 with maxUnavailable 1, fewer accelerators, or one more node",
    };
  }
  const offering = ofKind(objects, "Node", "").filter((node) => deviceCount(node, "allocatable", device) > 0);
  if (offering.length > 0 || ofKind(objects, "Node", "").length === 0) {
    return {
      id: "TR-3",
      cause: `all ${device} of the nodes that the pod may use are taken, or no node has as many`,
      rules: ["gpu/pod-le-node", "sched/pool-not-scale-blocked"],
      wayOut: "free some, add a node, or ask for fewer per replica",
    };
  }
  return {
    id: "TR-3",
    cause: `no node offers ${device}`,
    rules: ["sched/tolerates-pool"],
    wayOut: "install the operator of the accelerator, and look at its pods and at the labels of the nodes (TR-5)",
  };
}

/** Another pod of the same service that has a place: an update is under way. */
function hasRunningSibling(pod: SeenObject, objects: readonly SeenObject[]): boolean {
  const service = pod.labels["serving.kserve.io/inferenceservice"];
  const template = pod.labels["pod-template-hash"];
  return ofKind(objects, "Pod", "").some(
    (other) =>
      service !== undefined &&
      other.namespace === pod.namespace &&
      other.labels["serving.kserve.io/inferenceservice"] === service &&
      other.labels["pod-template-hash"] !== template &&
      isPlaced(other),
  );
}

const LOADING: readonly [reason: RegExp, text: RegExp, found: Omit<Diagnosis, "subject" | "evidence">][] = [
  [
    /^(ErrImagePull|ImagePullBackOff|Failed)$/,
    /unauthorized|authentication required|denied/i,
    {
      id: "TR-2",
      cause: "the registry does not give the image without a pull secret",
      rules: ["storage/oci-pull-secret"],
      wayOut: "imagePullSecrets of the model, with a Secret of type kubernetes.io/dockerconfigjson in its namespace",
    },
  ],
  [
    /^(ErrImagePull|ImagePullBackOff|Failed|InvalidImageName)$/,
    /not found|manifest unknown|invalid reference|couldn't parse|InvalidImageName/i,
    {
      id: "TR-2",
      cause: "there is no image of this name",
      rules: ["runtime/image-pinned", "storage/uri-scheme"],
      wayOut: "correct registry, repository and tag; names of images are lower case",
    },
  ],
  [
    /^(FailedMount|FailedAttachVolume)$/,
    /Multi-Attach error/,
    {
      id: "TR-2",
      cause: "the claim can be used on one node at a time, and another node uses it",
      rules: ["storage/rwo-single-node"],
      wayOut: "a ReadWriteMany claim, or rolloutStrategy Recreate with one replica",
    },
  ],
  [
    /^(FailedMount|FailedScheduling)$/,
    /persistentvolumeclaim "?[^" ]+"? not found/,
    {
      id: "TR-2",
      cause: "storageUri names a claim that is not in the namespace of the service",
      rules: ["ref/pvc-exists"],
      wayOut: "make the claim in this namespace, and put the files there",
    },
  ],
  [
    /^(FailedMount|CreateContainerConfigError)$/,
    /(secret|configmap) "?[^" ]+"? not found/,
    {
      id: "TR-2",
      cause: "a Secret or ConfigMap that the pod names is not in its namespace",
      rules: ["ref/secret-exists", "ref/configmap-exists"],
      wayOut: "make it in the namespace of the service",
    },
  ],
];

function unloaded(pod: SeenObject, { reason, message }: Saying): Diagnosis[] {
  const known = LOADING.find(([reasons, text]) => reasons.test(reason) && text.test(message));
  return known === undefined ? [] : [{ ...known[2], subject: nameOf(pod), evidence: message }];
}

/** A quota refuses pods before there are any: the ReplicaSet says so. */
function quotaRefusals(objects: readonly SeenObject[]): Diagnosis[] {
  return ofKind(objects, "ReplicaSet", "apps").flatMap((set) => {
    const refusal = eventsOf(set, objects).find(({ message }) => message.includes("exceeded quota"));
    if (refusal === undefined) return [];
    return [
      {
        id: "TR-8",
        subject: nameOf(set),
        evidence: refusal.message,
        cause: "the quota of the namespace has no room for the pods of an update beside the old ones",
        rules: ["quota/peak-fits-resourcequota", "rollout/gpu-headroom"],
        wayOut: "rolloutStrategy Recreate, or maxSurge 0 with maxUnavailable 1, or a larger quota",
      },
    ];
  });
}
