/** What a user may say of the operators that make accelerators usable. */
import type { z } from "zod";
import { chartSettingsSchema, type ChartSettings } from "../installation/chart";
import { distribution, type KubernetesDistribution } from "../installation/distribution";
import { operatorSettingsSchema, type OperatorSettings } from "../installation/operator";
import { choice, dnsLabel, flag, list, object, whole } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import { tolerations, type NodeToleration } from "../schema/pods";
import { provision, type Provision } from "../schema/provision";
import type {
  AmdOperatorSettings,
  GaudiOperatorSettings,
  NeuronSettings,
  NvidiaOperatorSettings,
  SpyreOperatorSettings,
} from "./vendors";
import { amdSchema, gaudiSchema, neuronSchema, nvidiaSchema, spyreSchema } from "./vendors";

/** Makers of accelerators whose operators can be installed. */
export const AcceleratorVendor = {
  /** NVIDIA GPUs. */
  Nvidia: "nvidia",
  /** AMD Instinct GPUs. */
  Amd: "amd",
  /** Intel Gaudi. */
  Intel: "intel",
  /** IBM Spyre; on OpenShift only. */
  Ibm: "ibm",
  /** AWS Trainium and Inferentia; on AWS only, and not on OpenShift. */
  Aws: "aws",
} as const;
export type AcceleratorVendor = (typeof AcceleratorVendor)[keyof typeof AcceleratorVendor];

/** A part that several operators share, and that a cluster has once. */
export interface SharedOperator {
  /** Default: `create`, when something needs it. */
  provision?: Provision;
  /** On OpenShift: how the subscription differs from the catalogue's. */
  operator?: OperatorSettings;
  /** Elsewhere: how the Helm release differs from the catalogue's. */
  chart?: ChartSettings;
}

/** One maker's operator, and the operand that tells it what to do. */
export interface AcceleratorOperator {
  vendor: AcceleratorVendor;
  /**
   * The operator. `existing`: somebody else installed it, and only the operand is made. `skip`: nothing is made.
   * Default: `create`.
   */
  provision?: Provision;
  /** The operand. `existing`: somebody else made it. Default: `create`; with the operator `skip`: `skip`. */
  operand?: Provision;
  /** On OpenShift: how the subscription differs from the catalogue's. */
  operator?: OperatorSettings;
  /** Elsewhere: how the Helm release differs from the catalogue's. */
  chart?: ChartSettings;
  /** Where an operator that somebody else installed runs. Only with provision `existing`. Default: the catalogue's. */
  namespace?: string;
  /** Further taints of the node pools that the operand's pods tolerate. Default: the maker's usual taint. */
  tolerations?: NodeToleration[];
  /**
   * Whether to wait until the operand reports that it is ready. Off for pools that are scaled to zero: AMD's and IBM's
   * operands are not ready before there is a node. Default: true.
   */
  awaitReady?: boolean;
  /** Seconds until an operand that is not ready fails the update. Default: 1800, since drivers are built on the nodes. */
  readyTimeoutSeconds?: number;
  /** Only with vendor `nvidia`. */
  nvidia?: NvidiaOperatorSettings;
  /** Only with vendor `amd`. */
  amd?: AmdOperatorSettings;
  /** Only with vendor `intel`. */
  intel?: GaudiOperatorSettings;
  /** Only with vendor `ibm`. */
  ibm?: SpyreOperatorSettings;
  /** Only with vendor `aws`. */
  aws?: NeuronSettings;
}

/** Arguments of the Accelerators component: one for each cluster. */
export interface AcceleratorsArgs {
  /** One for each maker; an empty list makes nothing, for clusters that serve on CPUs. */
  operators: AcceleratorOperator[];
  /** Default: `openshift`. */
  distribution?: KubernetesDistribution;
  /** Node Feature Discovery, by which operators find their nodes. Installed once, and before everything else. */
  nodeFeatureDiscovery?: SharedOperator;
  /** cert-manager, which AMD's chart needs. OpenShift brings its own certificates. */
  certManager?: SharedOperator;
  /** Kernel Module Management, which AMD's operator needs on OpenShift. Its chart brings it elsewhere. */
  kernelModuleManagement?: SharedOperator;
  /** Taints of all accelerator pools that operands tolerate, beside the makers' usual ones. */
  tolerations?: NodeToleration[];
}

const sharedSchema = object({
  provision: provision.default("create"),
  operator: operatorSettingsSchema.optional(),
  chart: chartSettingsSchema.optional(),
}) satisfies SchemaOf<SharedOperator>;

export const acceleratorOperatorSchema = object({
  vendor: choice(Object.values(AcceleratorVendor), {
    gaudi: 'Gaudi is made by "intel"',
    habana: 'Gaudi is made by "intel"',
    spyre: 'Spyre is made by "ibm"',
    neuron: 'Neuron is made by "aws"',
    google: "TPUs need no operator: GKE sets their nodes up",
  }),
  provision: provision.default("create"),
  operand: provision.optional(),
  operator: operatorSettingsSchema.optional(),
  chart: chartSettingsSchema.optional(),
  namespace: dnsLabel("a namespace").optional(),
  tolerations: tolerations.optional(),
  awaitReady: flag.default(true),
  readyTimeoutSeconds: whole(1).default(1800),
  nvidia: nvidiaSchema.prefault({}),
  amd: amdSchema.prefault({}),
  intel: gaudiSchema.prefault({}),
  ibm: spyreSchema.prefault({}),
  aws: neuronSchema.prefault({}),
}) satisfies SchemaOf<AcceleratorOperator>;

export const acceleratorsSchema = object({
  operators: list(acceleratorOperatorSchema, "operators"),
  distribution: distribution.default("openshift"),
  nodeFeatureDiscovery: sharedSchema.prefault({}),
  certManager: sharedSchema.prefault({}),
  kernelModuleManagement: sharedSchema.prefault({}),
  tolerations: tolerations.default([]),
}) satisfies SchemaOf<AcceleratorsArgs>;

export type AcceleratorsSpec = z.output<typeof acceleratorsSchema>;
export type AcceleratorOperatorSpec = z.output<typeof acceleratorOperatorSchema>;
export type SharedOperatorSpec = z.output<typeof sharedSchema>;
