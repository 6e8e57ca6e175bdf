/** Shape of the catalogue's entries for accelerators, their families, and machine shapes. */
import { z } from "zod";
import { VENDORS, type AcceleratorFamily } from "../../catalog/acceleratorFamilies";
import type { Accelerator } from "../../catalog/accelerators";
import type { MachineShape } from "../../catalog/machineShapes";
import { bytes, choice, expected, flag, list, object, quantity, record, text, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";

/** A number above zero. */
export const amount = z
  .number({ error: expected("a number above 0") })
  .positive({ error: expected("a number above 0") });

export const vendor = choice(VENDORS);

/** Where an entry's values come from. */
export const provenance = {
  notes: list(text("a note"), "notes").optional(),
  source: text("where the values come from"),
  confidence: choice(["high", "medium", "low", "user"]),
};

const migProfileSchema = object({
  profile: text('a profile such as "1g.10gb"'),
  maxInstances: whole(1, 16),
  memoryGib: amount.optional(),
});

const numericsSchema = object({
  bf16: flag.optional(),
  fp8: flag.optional(),
  fp8WeightOnly: flag.optional(),
  int8: flag.optional(),
  int4: flag.optional(),
  fp4: flag.optional(),
});

export const acceleratorSchema = object({
  name: text("the name of a product"),
  aliases: list(text("a name"), "names"),
  vendor,
  marketingMemoryGb: amount.optional(),
  reportedMemoryMib: amount.optional(),
  usableMemoryGib: amount.optional(),
  productLabel: object({ key: text("a label's key"), value: text("a label's value") }).optional(),
  otherLabels: record(list(text("a label's value"), "label values"), "label values").optional(),
  architecture: text("an architecture").optional(),
  computeCapability: amount.optional(),
  coresPerDevice: whole(1).optional(),
  interconnect: choice(["nvlink", "bridge", "pcie"]).optional(),
  numerics: numericsSchema.optional(),
  migProfiles: list(migProfileSchema, "MIG profiles").optional(),
  ...provenance,
}) satisfies SchemaOf<Accelerator>;

export const machineShapeSchema = object({
  cloud: text("a cloud such as aws"),
  name: text("an instance type"),
  accelerator: text("the name of an accelerator"),
  acceleratorCount: whole(1),
  vcpu: whole(1),
  memoryMib: amount.optional(),
  allocatable: object({ cpu: quantity('an amount of CPU such as "15" or "7910m"'), memory: bytes }).optional(),
  maxPods: whole(1).optional(),
  networkMbps: amount.optional(),
  efaInterfaces: whole(1).optional(),
  rdma: text().optional(),
  ...provenance,
}) satisfies SchemaOf<MachineShape>;

export const acceleratorFamilySchema = object({
  maker: text("a maker"),
  vendor: vendor.optional(),
  displayName: text("a name").optional(),
  resource: text("a resource name").optional(),
  resources: list(text("a resource name"), "resource names"),
  rankPerDevice: flag,
  usualTaint: text("a taint's key").optional(),
}) satisfies SchemaOf<AcceleratorFamily>;
