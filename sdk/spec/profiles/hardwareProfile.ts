/** What a user may say of a hardware profile, and what follows from it. */
import type { z } from "zod";
import type { AcceleratorChoice } from "../../catalog/accelerators";
import { findAccelerator, nearestAccelerator } from "../../catalog/accelerators";
import { compareQuantities, parseQuantity } from "../../pod/quantity";
import { catalogField, catalogIsSound, catalogOf, type WithCatalog } from "../catalog/field";
import { recordOf } from "../../pod/jsonFields";
import { bytes, choice, cores, dnsLabel, flag, list, object, text, whole } from "../schema/fields";
import type { Loose, Plain, SchemaOf } from "../schema/plain";
import type { Platform } from "../platform/platform";
import { ingressFitsPlatform, platformField } from "../platform/platform";
import type { NodeToleration, ResourceSettings } from "../schema/pods";
import { isLess, nodeSelector, tolerations } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { quote } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import type { ProfileBounds } from "./bounds";
import { machineShapeProblems, shapeDefaults, shapeOf } from "./machineShape";

/** One kind of hardware as workloads use it. Everything is plain: the arithmetic of the preview rests on it. */
export interface HardwareProfileSettings {
  /**
   * A product such as `NVIDIA-A100-SXM4-80GB`, or a resource name such as `nvidia.com/gpu` for any device behind it.
   * Default: that of the machine shape; without one, none: the profile is for CPUs.
   */
  accelerator?: string;
  /**
   * A machine of a cloud such as `p5.48xlarge` (AWS), `Standard_ND96isr_H100_v5` (Azure) or `a3-highgpu-8g` (Google).
   * It sets the accelerator; CPU and memory in the share of the accelerators that a replica takes; what the machine leaves
   * for pods as maximum; and nodes of this type alone.
   */
  machineShape?: string;
  /** Accelerators of one replica. Default: 1 with an accelerator. */
  count?: number;
  /** CPU cores of one replica, in steps of 0.001. Required without `machineShape`. */
  cpu?: number;
  /** Memory of one replica, such as `64Gi`. Required without `machineShape`. */
  memory?: string;
  /** The least a workload may ask for. Default: 1 core, 1Gi and 1 accelerator, or the profile's own if less. */
  minimum?: ProfileBounds;
  /** The most a workload may ask for. Default: what the machine shape leaves for pods; without one, no bound. */
  maximum?: ProfileBounds;
  /** Name in the dashboard. Default: the name of the profile. */
  displayName?: string;
  /** Description in the dashboard. */
  description?: string;
  /** Node labels. Default: the machine shape's instance type; without one, the product label of the accelerator. */
  nodeSelector?: Record<string, string>;
  /** Tolerations. Default: those for the usual taint of the accelerator's nodes. */
  tolerations?: NodeToleration[];
  /** Kueue LocalQueue that admits the workloads, instead of node labels and tolerations. */
  localQueue?: string;
  /** Kueue WorkloadPriorityClass. Only with `localQueue`. */
  priorityClass?: string;
  /** Whether the dashboard offers the profile. Default: true. */
  enabled?: boolean;
  /** Where the dashboard offers it. Default: everywhere. */
  visibleIn?: ProfileVisibility[];
}

/** A place of the dashboard that offers hardware profiles; read from annotation `opendatahub.io/dashboard-feature-visibility`. */
export const ProfileVisibility = { ModelServing: "model-serving", Workbench: "workbench" } as const;
export type ProfileVisibility = (typeof ProfileVisibility)[keyof typeof ProfileVisibility];

/** Arguments of the HardwareProfile component. */
export interface HardwareProfileArgs extends HardwareProfileSettings, WithCatalog {
  /** Name of the object. Default: the component's name. */
  name?: string;
  /** Namespace of the object. Default: the platform's applications namespace. */
  namespace?: string;
  /** Default: OpenShift AI. On plain KServe, which knows no profiles, no object is made. */
  platform?: Platform;
}

const boundsSchema = object({
  cpu: cores.optional(),
  memory: bytes.optional(),
  count: whole(1).optional(),
}) satisfies SchemaOf<ProfileBounds>;

/** The shape shared by the component's arguments and the stack's configuration. */
export const hardwareProfileShape = {
  accelerator: text("an accelerator").optional(),
  machineShape: text("a machine shape").optional(),
  count: whole(1, 64).optional(),
  cpu: cores.optional(),
  memory: bytes.optional(),
  minimum: boundsSchema.optional(),
  maximum: boundsSchema.optional(),
  displayName: text("a name").optional(),
  description: text("a description").optional(),
  nodeSelector: nodeSelector.optional(),
  tolerations: tolerations.optional(),
  localQueue: dnsLabel("the name of a LocalQueue").optional(),
  priorityClass: dnsLabel("the name of a priority class").optional(),
  enabled: flag.optional(),
  visibleIn: list(choice(Object.values(ProfileVisibility)), "places of the dashboard").optional(),
};

export const hardwareProfileSettingsSchema = sized(
  object(hardwareProfileShape),
) satisfies SchemaOf<HardwareProfileSettings>;

export const hardwareProfileSchema = sized(
  object({
    ...hardwareProfileShape,
    name: dnsLabel("a profile name").optional(),
    namespace: dnsLabel("a namespace").optional(),
    platform: platformField,
    catalog: catalogField,
  }),
) satisfies SchemaOf<HardwareProfileArgs>;

/** CPU and memory are there, or a machine to take them from; asked whatever else is wrong. */
function sized<Schema extends z.ZodType>(schema: Schema): Schema {
  const given = (value: unknown, field: string): boolean => {
    const fields = recordOf(value);
    return fields[field] !== undefined || fields.machineShape !== undefined;
  };
  const when = ({ value }: { value: unknown }): boolean =>
    typeof value === "object" && value !== null && !Array.isArray(value);
  return schema
    .refine((value) => given(value, "cpu"), {
      path: ["cpu"],
      when,
      error: () => "is missing; expected a number of CPU cores",
    })
    .refine((value) => given(value, "memory"), {
      path: ["memory"],
      when,
      error: () => 'is missing; expected an amount with a unit such as "64Gi"',
    });
}

/** A profile with everything that follows from its arguments. */
export interface HardwareProfileSpec {
  name: string;
  namespace: string;
  displayName: string;
  description?: string;
  enabled: boolean;
  /** Whether the platform knows the kind HardwareProfile. */
  hasObject: boolean;
  accelerator?: AcceleratorChoice;
  /** Accelerators of one replica; 0 without an accelerator. */
  count: number;
  cpu: number;
  memory: string;
  minimum: { cpu: number; memory: string; count: number };
  maximum: ProfileBounds;
  nodeSelector: Record<string, string>;
  tolerations: Plain<NodeToleration>[];
  localQueue?: string;
  priorityClass?: string;
  visibleIn?: readonly ProfileVisibility[];
}

type Settings = Loose<HardwareProfileSettings>;

/** The conditions between the fields of a profile. */
export const hardwareProfileRules: readonly SpecRule<HardwareProfileArgs>[] = [
  catalogIsSound,
  (args) => acceleratorProblems(args, ["accelerator"]),
  machineShapeProblems,
  countNeedsAccelerator,
  boundsSurroundDefaults,
  queueOrNodes,
  ingressFitsPlatform,
];

/** A product must be in the catalogue; a resource name may be any. */
export function acceleratorProblems(
  { accelerator: name, ...args }: { accelerator?: string | undefined; catalog?: unknown },
  path: readonly string[],
): Problem[] {
  const { accelerators } = catalogOf(args);
  if (name === undefined || findAccelerator(name, accelerators) !== undefined) return [];
  const proposal = nearestAccelerator(name, accelerators);
  const hint = proposal === undefined ? "" : `; did you mean ${proposal}?`;
  const message = `${quote(name)} is not in the catalogue of accelerators (a resource name such as nvidia.com/gpu stands for any device)${hint}`;
  return [{ path, message }];
}

/**
 * Fills in what follows from the arguments, for accelerators of every maker.
 * @requirement HW-4
 */
export function resolveHardwareProfile(
  name: string,
  spec: z.output<typeof hardwareProfileSchema>,
): HardwareProfileSpec {
  const { accelerators } = catalogOf(spec);
  const shape = shapeOf(spec);
  const defaults = shape === undefined ? undefined : shapeDefaults(shape, spec.count ?? 1);
  const chosen = spec.accelerator ?? defaults?.accelerator;
  const accelerator = chosen === undefined ? undefined : findAccelerator(chosen, accelerators);
  const queued = spec.localQueue !== undefined;
  const profileName = spec.name ?? name;
  const cpu = spec.cpu ?? defaults?.cpu ?? 1;
  const memory = spec.memory ?? defaults?.memory ?? "1Gi";
  return {
    name: profileName,
    namespace: spec.namespace ?? spec.platform.applicationsNamespace,
    displayName: spec.displayName ?? profileName,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    enabled: spec.enabled ?? true,
    hasObject: spec.platform.kind === "openshift-ai",
    ...(accelerator === undefined ? {} : { accelerator }),
    count: accelerator === undefined ? 0 : (spec.count ?? 1),
    cpu,
    memory,
    minimum: {
      cpu: spec.minimum?.cpu ?? Math.min(1, cpu),
      memory: spec.minimum?.memory ?? (isLess(memory, "1Gi") ? memory : "1Gi"),
      count: spec.minimum?.count ?? 1,
    },
    maximum: { ...defaults?.maximum, ...definedBounds(spec.maximum) },
    nodeSelector: spec.nodeSelector ?? (queued ? {} : (defaults?.nodeSelector ?? productSelector(accelerator))),
    tolerations: spec.tolerations ?? (queued ? [] : ((accelerator?.tolerations ?? []) as Plain<NodeToleration>[])),
    ...(spec.localQueue === undefined ? {} : { localQueue: spec.localQueue }),
    ...(spec.priorityClass === undefined ? {} : { priorityClass: spec.priorityClass }),
    ...(spec.visibleIn === undefined ? {} : { visibleIn: spec.visibleIn }),
  };
}

/**
 * A GPU type is chosen by the label of feature discovery; no operator taints nodes by it.
 * @requirement HW-15, HW-16
 */
function productSelector(accelerator: AcceleratorChoice | undefined): Record<string, string> {
  const label = accelerator?.product?.productLabel;
  return label === undefined ? {} : { [label.key]: label.value };
}

/** What a workload asks for beyond or below the profile's bounds. Paths begin at the workload. */
export function withinProfile(
  profile: HardwareProfileSpec,
  workload: { resources?: Loose<ResourceSettings> | undefined; acceleratorCount?: number | undefined },
): Problem[] {
  const { resources, acceleratorCount } = workload;
  if (acceleratorCount !== undefined && profile.accelerator === undefined) {
    return [{ path: ["acceleratorCount"], message: `hardware profile ${quote(profile.name)} has no accelerator` }];
  }
  const asked = (["requests", "limits"] as const).flatMap((side) =>
    (["cpu", "memory"] as const).map((field) => ({
      path: ["resources", side, field],
      field,
      value: resources?.[side]?.[field],
    })),
  );
  return [...asked, { path: ["acceleratorCount"], field: "count" as const, value: acceleratorCount }].flatMap(
    ({ path, field, value }) => {
      const [least, most] = [profile.minimum[field], profile.maximum[field]];
      if (!isBelow(value, least) && !isBelow(most, value)) return [];
      const range = most === undefined ? `at least ${least}` : `${least} to ${most}`;
      return [{ path, message: `${value} is outside the range of hardware profile ${quote(profile.name)}: ${range}` }];
    },
  );
}

function countNeedsAccelerator({ accelerator, machineShape, count }: Settings): Problem[] {
  if (count === undefined || accelerator !== undefined || machineShape !== undefined) return [];
  return [
    { path: ["count"], message: `${count} accelerators of which kind? Name one in accelerator, or leave count out` },
  ];
}

function boundsSurroundDefaults(profile: Settings): Problem[] {
  return (["cpu", "memory", "count"] as const).flatMap((field) => {
    const [least, value, most] = [profile.minimum?.[field], profile[field], profile.maximum?.[field]];
    const problems: Problem[] = [];
    if (isBelow(value, least)) {
      problems.push({
        path: ["minimum", field],
        message: `${least} is more than the profile's own ${field}, ${value}`,
      });
    }
    if (isBelow(most, value ?? least)) {
      problems.push({
        path: ["maximum", field],
        message: `${most} is less than the profile's own ${field}, ${value ?? least}`,
      });
    }
    return problems;
  });
}

/** Kueue decides where its workloads run; the resource refuses both. */
function queueOrNodes(profile: Settings): Problem[] {
  if (profile.localQueue === undefined) {
    return profile.priorityClass === undefined
      ? []
      : [{ path: ["priorityClass"], message: "counts only in a queue; add localQueue, or leave priorityClass out" }];
  }
  return (["nodeSelector", "tolerations"] as const)
    .filter((field) => profile[field] !== undefined)
    .map((field) => ({
      path: [field],
      message: "cannot be combined with localQueue: Kueue's ResourceFlavor decides where pods run",
    }));
}

function definedBounds(bounds: Loose<ProfileBounds> | undefined): ProfileBounds {
  const entries = Object.entries(bounds ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

/** Whether both are given and the first is the smaller one. */
function isBelow(amount: string | number | undefined, than: string | number | undefined): boolean {
  return (
    amount !== undefined && than !== undefined && compareQuantities(parseQuantity(amount), parseQuantity(than)) < 0
  );
}
