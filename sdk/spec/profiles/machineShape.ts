/** A hardware profile made from a machine of a cloud: what one of its accelerators has for company. */
import { findAccelerator } from "../../catalog/accelerators";
import { machineShapeOfInstanceType, type MachineShape } from "../../catalog/machineShapes";
import { nearest } from "../../catalog/nearest";
import { compareQuantities, parseQuantity, scaledValue } from "../../pod/quantity";
import { catalogOf } from "../catalog/field";
import type { Loose } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import type { ProfileBounds } from "./bounds";

/** The label that the cloud's node controller puts on every node. */
export const INSTANCE_TYPE = "node.kubernetes.io/instance-type";

const GIB = 2 ** 30;

/** What a profile takes from its machine where its own settings are silent. */
export interface ShapeDefaults {
  accelerator: string;
  cpu?: number;
  memory?: string;
  maximum: ProfileBounds;
  nodeSelector: Record<string, string>;
}

/** The settings of a profile that a machine has to do with. */
interface SizedSettings extends ProfileBounds {
  accelerator?: string;
  machineShape?: string;
  minimum?: ProfileBounds;
  maximum?: ProfileBounds;
}

type Settings = Loose<SizedSettings> & { catalog?: unknown };

/** The machine that the settings name, as far as the catalogue knows it. */
export function shapeOf({ machineShape, catalog }: Settings): MachineShape | undefined {
  return machineShape === undefined
    ? undefined
    : machineShapeOfInstanceType(machineShape, catalogOf({ catalog }).machineShapes);
}

/**
 * The defaults of a machine: its accelerator; CPU and memory in the share of the accelerators that a replica takes, in
 * whole cores and Gi, so that every accelerator of a node can be used; all that it leaves for pods as bounds; and its
 * own nodes.
 * @requirement HW-1
 */
export function shapeDefaults(shape: MachineShape, count: number): ShapeDefaults {
  const { accelerator, acceleratorCount, allocatable, name } = shape;
  const nodeSelector = { [INSTANCE_TYPE]: name };
  if (allocatable === undefined) return { accelerator, maximum: { count: acceleratorCount }, nodeSelector };
  const cores = coresOf(allocatable.cpu);
  const gib = Number(scaledValue(parseQuantity(allocatable.memory), 0)) / GIB;
  const share = count / acceleratorCount;
  return {
    accelerator,
    cpu: Math.floor(cores * share),
    memory: `${Math.floor(gib * share)}Gi`,
    maximum: { cpu: cores, memory: allocatable.memory, count: acceleratorCount },
    nodeSelector,
  };
}

/** What does not go together with the machine that a profile names. */
export function machineShapeProblems(settings: Settings): Problem[] {
  const { machineShape, accelerator } = settings;
  if (machineShape === undefined) return [];
  const { machineShapes, accelerators } = catalogOf(settings);
  const shape = shapeOf(settings);
  if (shape === undefined) {
    const meant = nearest(
      machineShape,
      machineShapes.map(({ name }) => name),
    );
    const hint = meant === undefined ? "; name an accelerator, cpu and memory instead" : `; did you mean ${meant}?`;
    return at(["machineShape"], `${quote(machineShape)} is not in the catalogue of machine shapes${hint}`);
  }
  const named = accelerator === undefined ? undefined : findAccelerator(accelerator, accelerators);
  const differs = named?.product !== undefined && named.product.name !== shape.accelerator;
  return [
    ...at(["accelerator"], differs ? `a ${shape.name} has ${shape.accelerator}; leave accelerator out` : undefined),
    ...unknownShare(settings, shape),
    ...["", "minimum", "maximum"].flatMap((bound) => aboveMachine(settings, bound, shape)),
  ];
}

function unknownShare(settings: Settings, { name, allocatable }: MachineShape): Problem[] {
  if (allocatable !== undefined) return [];
  return (["cpu", "memory"] as const)
    .filter((field) => settings[field] === undefined)
    .flatMap((field) => at([field], `is missing; the catalogue does not know what a ${name} leaves for pods`));
}

function aboveMachine(settings: Settings, bound: string, shape: MachineShape): Problem[] {
  const asked: Loose<ProfileBounds> | undefined =
    bound === "" ? settings : bound === "minimum" ? settings.minimum : settings.maximum;
  const limits = { ...shape.allocatable, count: shape.acceleratorCount };
  return (["cpu", "memory", "count"] as const).flatMap((field) => {
    const [value, limit] = [asked?.[field], limits[field]];
    if (value === undefined || limit === undefined) return [];
    if (compareQuantities(parseQuantity(value), parseQuantity(limit)) <= 0) return [];
    const most = field === "count" ? `has ${limit}` : `leaves ${field === "cpu" ? coresOf(limit) : limit} for pods`;
    return at(bound === "" ? [field] : [bound, field], `${value}, and a ${shape.name} ${most}`);
  });
}

function coresOf(quantity: string | number): number {
  return Number(scaledValue(parseQuantity(quantity), -3)) / 1000;
}
