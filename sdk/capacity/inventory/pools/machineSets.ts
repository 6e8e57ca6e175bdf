/**
 * OpenShift's MachineSet with its MachineAutoscaler as a pool.
 * Upstream: openshift/cluster-autoscaler-operator `pkg/apis/autoscaling/v1beta1`; kubernetes/autoscaler
 * `cluster-autoscaler/cloudprovider/clusterapi/clusterapi_utils.go` for the annotations.
 */
import type { Accelerator } from "../../../catalog/accelerators";
import type { KubernetesObject, Taint } from "../../../kubernetes/core";
import { amountsOf, type Amounts } from "../../amounts";
import { ARCHITECTURE, templateOf, type FindMachine } from "./machine";
import { DEFAULT_PODS, ZONE, type NodePool, type NodeTemplate } from "./nodePool";

export interface MachineSet extends KubernetesObject {
  spec?: {
    replicas?: number;
    template?: {
      spec?: {
        metadata?: { labels?: Record<string, string> };
        taints?: Taint[];
        providerSpec?: { value?: ProviderSpec };
      };
    };
  };
}

/** The fields that decide about places, of AWS, Azure and Google. */
interface ProviderSpec {
  instanceType?: string;
  vmSize?: string;
  machineType?: string;
  placement?: { availabilityZone?: string };
  location?: string;
  zone?: string;
}

export interface MachineAutoscaler extends KubernetesObject {
  spec?: { minReplicas?: number; maxReplicas?: number; scaleTargetRef?: { kind?: string; name?: string } };
}

const MAXIMUM = "machine.openshift.io/cluster-api-autoscaler-node-group-max-size";
const OPENSHIFT = "machine.openshift.io/";
const UPSTREAM = "capacity.cluster-autoscaler.kubernetes.io/";

/** Pools of the MachineSets that an autoscaler may scale; the others stay as they are. */
export function machineSetPools(
  sets: readonly MachineSet[],
  autoscalers: readonly MachineAutoscaler[],
  findMachine: FindMachine,
  accelerators?: readonly Accelerator[],
): NodePool[] {
  return sets.flatMap((set) => {
    const maximum = maximumOf(set, autoscalers);
    if (maximum === undefined) return [];
    const made = template(set, findMachine, accelerators);
    return [
      {
        name: `MachineSet ${set.metadata.name}`,
        templates: typeof made === "string" ? [] : [made],
        room: Math.max(0, maximum - (set.spec?.replicas ?? 1)),
        unknown: typeof made === "string" ? [made] : [],
      },
    ];
  });
}

function maximumOf({ metadata }: MachineSet, autoscalers: readonly MachineAutoscaler[]): number | undefined {
  const own = autoscalers.find(
    ({ spec, metadata: { namespace } }) =>
      spec?.scaleTargetRef?.kind === "MachineSet" &&
      spec.scaleTargetRef.name === metadata.name &&
      namespace === metadata.namespace,
  );
  const annotated = Number(metadata.annotations?.[MAXIMUM]);
  return own?.spec?.maxReplicas ?? (Number.isInteger(annotated) ? annotated : undefined);
}

function template(
  set: MachineSet,
  findMachine: FindMachine,
  accelerators?: readonly Accelerator[],
): NodeTemplate | string {
  const { metadata, taints = [], providerSpec } = set.spec?.template?.spec ?? {};
  const annotations = set.metadata.annotations ?? {};
  const { instanceType, vmSize, machineType } = providerSpec?.value ?? {};
  const type = instanceType ?? vmSize ?? machineType;
  const zone = zoneOf(providerSpec?.value);
  const labels = {
    ...ARCHITECTURE,
    "kubernetes.io/os": "linux",
    ...(type !== undefined && { "node.kubernetes.io/instance-type": type }),
    ...(zone !== undefined && { [ZONE]: zone }),
    ...metadata?.labels,
    ...pairs(annotations[`${UPSTREAM}labels`]),
  };
  const open = labels[ZONE] === undefined ? { open: { [ZONE]: [] } } : {};
  const all = [...taints, ...taintsOf(annotations[`${UPSTREAM}taints`])];
  const shape = type === undefined ? undefined : findMachine(type);
  const made =
    shape === undefined ? undefined : templateOf(shape, labels, all, { platform: "openshift", accelerators });
  if (made !== undefined && typeof made !== "string") return { ...made, ...open };
  const stated = statedCapacity(annotations);
  if (stated === undefined) return made ?? `the machine type ${type ?? "of the MachineSet"}`;
  // Like the autoscaler, which has nothing else to go by either.
  return { labels, taints: all, allocatable: { pods: DEFAULT_PODS, ...stated }, capacity: stated, ...open };
}

/** The value that the zone's label will have. AWS and Google name zones; Azure numbers those of a location. */
function zoneOf({ placement, location, zone }: ProviderSpec = {}): string | undefined {
  const written = zone === "" ? undefined : zone;
  return placement?.availabilityZone ?? (location !== undefined && written ? `${location}-${written}` : written);
}

/** What the annotations say that the autoscaler reads when there is no node yet. */
function statedCapacity(annotations: Readonly<Record<string, string>>): Amounts | undefined {
  const cpu = annotations[`${UPSTREAM}cpu`] ?? annotations[`${OPENSHIFT}vCPU`];
  const megabytes = annotations[`${OPENSHIFT}memoryMb`];
  const memory = annotations[`${UPSTREAM}memory`] ?? (megabytes === undefined ? undefined : `${megabytes}Mi`);
  if (cpu === undefined || memory === undefined) return undefined;
  const count = annotations[`${UPSTREAM}gpu-count`] ?? annotations[`${OPENSHIFT}GPU`] ?? "0";
  const resource = annotations[`${UPSTREAM}gpu-type`] ?? "nvidia.com/gpu";
  const pods = annotations[`${UPSTREAM}maxPods`];
  const disk = annotations[`${UPSTREAM}ephemeral-disk`];
  return amountsOf({
    cpu,
    memory,
    ...(disk !== undefined && { "ephemeral-storage": disk }),
    ...(count !== "0" && { [resource]: count }),
    ...(pods !== undefined && { pods }),
  });
}

/** `a=b,c=d`. */
function pairs(text = ""): Record<string, string> {
  const parts = text.split(",").filter((part) => part.includes("="));
  return Object.fromEntries(
    parts.map((part) => [part.slice(0, part.indexOf("=")).trim(), part.slice(part.indexOf("=") + 1).trim()]),
  );
}

/** `key=value:NoSchedule,other:NoExecute`. */
function taintsOf(text = ""): Taint[] {
  return text.split(",").flatMap((part) => {
    const { key, value, effect } =
      /^(?<key>[^=:]+)(?:=(?<value>[^:]*))?:(?<effect>\w+)$/.exec(part.trim())?.groups ?? {};
    return key === undefined || effect === undefined ? [] : [{ key, effect, ...(value !== undefined && { value }) }];
  });
}
