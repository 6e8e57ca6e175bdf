/** What a user may say of NVIDIA NIM in a namespace. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { acceleratorProblems } from "../profiles/hardwareProfile";
import {
  bytes,
  choice,
  credential,
  dnsLabel,
  flag,
  list,
  object,
  record,
  text,
  textLike,
  whole,
} from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { NodeToleration } from "../schema/pods";
import { nodeSelector, tolerations } from "../schema/pods";
import type { Problem } from "../schema/problem";
import type { SpecRule } from "../schema/validate";

/** Who serves NVIDIA's containers. */
export const NimOperator = {
  /** OpenShift AI: an Account in the namespace, and models deployed by its wizard. */
  OpenShiftAI: "openshift-ai",
  /** NVIDIA's NIM operator, on any Kubernetes: NIMCache and NIMService. */
  Nvidia: "nvidia",
} as const;
export type NimOperator = (typeof NimOperator)[keyof typeof NimOperator];

/** Which nodes may use a volume at once. */
export const VolumeAccess = {
  ReadWriteOnce: "ReadWriteOnce",
  ReadWriteMany: "ReadWriteMany",
} as const;
export type VolumeAccess = (typeof VolumeAccess)[keyof typeof VolumeAccess];

/** A volume for models. */
export interface NimModelStorage {
  /** Size, such as `100Gi`. */
  size: string;
  /** Default: the cluster's. */
  storageClass?: string;
  /** Default: `ReadWriteOnce`; more than one replica on several nodes needs `ReadWriteMany`. */
  access?: VolumeAccess;
}

/** One model of NVIDIA's catalogue, served by NVIDIA's operator. */
export interface NimServiceSettings {
  /** Image without tag, such as `nvcr.io/nim/meta/llama-3.2-1b-instruct`. */
  image: string;
  /** Tag of the image; never `latest`. */
  tag: string;
  /** Where the model is kept between starts. */
  storage: NimModelStorage;
  /** Profiles of the model that are kept. Default: those that fit the GPUs. */
  profiles?: string[];
  /** GPUs of one replica. Default: 1. */
  gpus?: number;
  /** Product of the catalogue, or resource name. Default: `nvidia.com/gpu`. */
  accelerator?: string;
  /** Default: 1. */
  replicas?: number;
  nodeSelector?: Record<string, string>;
  /** Default: those that nodes of the accelerator usually need. */
  tolerations?: NodeToleration[];
}

/** Arguments of the NimPlatform component: one for each namespace that uses NIM. */
export interface NimPlatformArgs {
  namespace: string;
  /** Default: `openshift-ai`, where KServe and the NIM of the platform must be on. */
  operator?: NimOperator;
  /** Key of NVIDIA's catalogue (NGC). Excludes `apiKeySecret`. */
  apiKey?: Input<string>;
  /** Secret that holds the key as `NGC_API_KEY`, and for OpenShift AI as `api_key` too. Excludes `apiKey`. */
  apiKeySecret?: string;
  /** Secret by which images are pulled, where `apiKeySecret` is given. Default: `ngc-secret`. */
  pullSecret?: string;
  /** Name of the Account. Default: `odh-nim-account`, which the dashboard looks for. */
  accountName?: string;
  /** ConfigMap with the models that may be deployed. Default: all that the key allows. */
  modelListConfig?: string;
  /** Whether the cluster has no way to NVIDIA's services. The Account then needs a `modelListConfig`. Default: false. */
  airGapped?: boolean;
  /** How often the key is checked, such as `24h`. Default: the platform's. */
  validationRefreshRate?: string;
  /** How often the list of models is read, such as `24h`. Default: the platform's. */
  modelListRefreshRate?: string;
  /** Volume for models of OpenShift AI, named `nim-pvc`. Default: none. */
  modelCache?: NimModelStorage;
  /** Models that NVIDIA's operator serves, by name. */
  services?: Record<string, NimServiceSettings>;
}

const storageSchema = object({
  size: bytes,
  storageClass: dnsLabel("the name of a StorageClass").optional(),
  access: choice(Object.values(VolumeAccess)).default("ReadWriteOnce"),
}) satisfies SchemaOf<NimModelStorage>;

const serviceSchema = object({
  image: textLike(/^[a-z0-9][a-z0-9._:/-]*\/[a-z0-9._/-]+$/, "an image without its tag"),
  tag: textLike(/^(?!latest$)[\w][\w.-]{0,127}$/, "one exact tag"),
  storage: storageSchema,
  profiles: list(text("a profile"), "profiles").optional(),
  gpus: whole(1).default(1),
  accelerator: text("an accelerator").default("nvidia.com/gpu"),
  replicas: whole(0).default(1),
  nodeSelector: nodeSelector.optional(),
  tolerations: tolerations.optional(),
}) satisfies SchemaOf<NimServiceSettings>;

const duration = textLike(/^\d+(s|m|h)$/, 'a time such as "24h"');

export const nimSchema = object({
  namespace: dnsLabel("a namespace"),
  operator: choice(Object.values(NimOperator)).default("openshift-ai"),
  apiKey: credential("a key of NGC").optional(),
  apiKeySecret: dnsLabel("the name of a Secret").optional(),
  pullSecret: dnsLabel("the name of a Secret").optional(),
  accountName: dnsLabel("the name of an Account").default("odh-nim-account"),
  modelListConfig: dnsLabel("the name of a ConfigMap").optional(),
  airGapped: flag.default(false),
  validationRefreshRate: duration.optional(),
  modelListRefreshRate: duration.optional(),
  modelCache: storageSchema.optional(),
  services: record(serviceSchema, "services").default({}),
}) satisfies SchemaOf<NimPlatformArgs>;

/** NIM with the defaults of its schema. */
export type NimSpec = z.output<typeof nimSchema>;

export const nimRules: readonly SpecRule<NimPlatformArgs>[] = [
  ({ apiKey, apiKeySecret }): Problem[] => {
    if ((apiKey === undefined) !== (apiKeySecret === undefined)) return [];
    const found = apiKey === undefined ? "neither" : "both";
    return [{ path: ["apiKey"], message: `expected either apiKey or apiKeySecret, found ${found}` }];
  },
  ({ apiKey, pullSecret }) => {
    if (apiKey === undefined || pullSecret === undefined) return [];
    return [{ path: ["pullSecret"], message: "is made from apiKey; leave it out, or give apiKeySecret" }];
  },
  ({ operator = "openshift-ai", services, modelCache, modelListConfig, airGapped }) => {
    const problems: Problem[] = [];
    if (operator === "openshift-ai") {
      if (Object.keys(services ?? {}).length > 0) {
        const message =
          'OpenShift AI has no NIMService; deploy NIM models there by ModelDeployment, or set operator to "nvidia"';
        problems.push({ path: ["services"], message });
      }
      if (airGapped === true && modelListConfig === undefined) {
        const message = "is missing; without a way to NVIDIA nobody else tells which models there are";
        problems.push({ path: ["modelListConfig"], message });
      }
      return problems;
    }
    const own = { modelCache, modelListConfig };
    for (const [field, value] of Object.entries(own)) {
      if (value === undefined) continue;
      problems.push({ path: [field], message: "is for OpenShift AI; NVIDIA's operator keeps models per service" });
    }
    return problems;
  },
  ({ services = {} }) =>
    Object.entries(services).flatMap(([name, service]) => [
      ...acceleratorProblems({ accelerator: service?.accelerator }, ["services", name, "accelerator"]),
      ...nameProblems(name),
    ]),
];

/** The Service of a NIMService bears its name. */
function nameProblems(name: string): Problem[] {
  const result = dnsLabel("the name of a service").safeParse(name);
  return result.success ? [] : result.error.issues.map(({ message }) => ({ path: ["services", name], message }));
}
