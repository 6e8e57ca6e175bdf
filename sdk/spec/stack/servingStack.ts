/** What a user may say of a whole serving stack: everything from operators to alerts, each part optional. */
import type { z } from "zod";
import type { AcceleratorsArgs } from "../accelerators/accelerators";
import { acceleratorsSchema } from "../accelerators/accelerators";
import { catalogField, type WithCatalog } from "../catalog/field";
import type { NetworkPoliciesSettings } from "../exposure/networkPolicies";
import type { ModelSettings } from "../inference/modelDeployment";
import { modelShape } from "../inference/modelDeployment";
import type { Platform } from "../platform/platform";
import { platformSchema } from "../platform/platform";
import type { QueuesArgs } from "../platform/queues";
import { queuesSchema } from "../platform/queues";
import type { HardwareProfileSettings } from "../profiles/hardwareProfile";
import { hardwareProfileSettingsSchema } from "../profiles/hardwareProfile";
import type { ServingRuntimeSettings } from "../runtimes/servingRuntime";
import { dnsLabel, flag, object, record, text } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { Path } from "../schema/problem";
import type { ModelBucketSettings } from "../storage/modelBucket";
import type { ModelConnectionSettings } from "../storage/modelConnection";
import { isCredential } from "../storage/modelConnection";
import type { ModelVolumeSettings } from "../storage/modelVolume";
import type { StackInstallation, StackKubeAiModel, StackMonitoring } from "./stackParts";
import {
  installationSchema,
  stackBucketSchema,
  stackConnectionSchema,
  stackKubeAiModelSchema,
  stackMonitoringSchema,
  stackNetworkPoliciesSchema,
  stackRuntimeSchema,
  stackVolumeSchema,
} from "./stackParts";
import { asWritten } from "./written";

/** The namespace of a stack's models. */
export interface StackNamespace {
  name: string;
  /** Whether the stack makes the namespace, and removes it with everything in it. Default: true. */
  create?: boolean;
}

/** One model of a stack. */
export interface StackModel extends ModelSettings {
  /** One of the stack's own hardware profiles, by name. */
  hardwareProfile?: string;
  /** One of the stack's own runtimes, by name. Excludes `runtimeName`. */
  runtime?: string;
  /** One of the stack's own connections, by name; `source` holds the path, or the image. */
  connection?: string;
  /** One of the stack's own volumes, by name. Excludes all of `source` but `path`, which then is a path on the volume. */
  volume?: string;
}

/**
 * Arguments of the ServingStack component. Every part is optional, and made by the component of its own that makes it
 * alone as well.
 *
 * @requirement PK-1, PK-2
 */
export interface ServingStackArgs extends WithCatalog {
  /** Which platform the models are written for. Default: OpenShift AI. */
  platform?: Platform;
  /** Platforms that the stack installs. Default: none, it is there already. */
  install?: StackInstallation;
  /** Operators that make accelerators usable. Default: none. */
  accelerators?: AcceleratorsArgs;
  /** Quotas and queues of Kueue. Default: none. */
  queues?: QueuesArgs;
  /** Default: `models`, made by the stack. */
  namespace?: StackNamespace;
  /** Hardware profiles by name. */
  hardwareProfiles?: Record<string, HardwareProfileSettings>;
  /** Saved connections by name. */
  connections?: Record<string, ModelConnectionSettings>;
  /** Buckets on AWS by name. */
  buckets?: Record<string, ModelBucketSettings>;
  /** Volumes with models by name. */
  volumes?: Record<string, ModelVolumeSettings>;
  /** Runtimes that models share, by name. */
  runtimes?: Record<string, ServingRuntimeSettings>;
  /** Models by name; each is served under it. */
  models?: Record<string, StackModel>;
  /** Models that KubeAI serves, by name. */
  kubeAiModels?: Record<string, StackKubeAiModel>;
  /** Who may reach each of `models`. Default: everybody in the cluster. */
  networkPolicies?: NetworkPoliciesSettings;
  /** Default: nothing. */
  monitoring?: StackMonitoring;
}

const namespaceSchema = object({
  name: dnsLabel("a namespace"),
  create: flag.default(true),
}) satisfies SchemaOf<StackNamespace>;

export const stackModelSchema = object(
  {
    ...modelShape,
    hardwareProfile: text("the name of a hardware profile").optional(),
    runtime: text("the name of a runtime").optional(),
    connection: text("the name of a connection").optional(),
    volume: text("the name of a volume").optional(),
  },
  "a model",
) satisfies SchemaOf<StackModel>;

export const servingStackSchema = object({
  platform: asWritten(platformSchema).optional(),
  install: installationSchema.optional(),
  accelerators: asWritten(acceleratorsSchema).optional(),
  queues: asWritten(queuesSchema).optional(),
  namespace: namespaceSchema.prefault({ name: "models" }),
  hardwareProfiles: record(hardwareProfileSettingsSchema, "hardware profiles").default({}),
  connections: record(asWritten(stackConnectionSchema), "connections").default({}),
  buckets: record(asWritten(stackBucketSchema), "buckets").default({}),
  volumes: record(asWritten(stackVolumeSchema), "volumes").default({}),
  runtimes: record(asWritten(stackRuntimeSchema), "runtimes").default({}),
  models: record(stackModelSchema, "models").optional(),
  kubeAiModels: record(asWritten(stackKubeAiModelSchema), "models of KubeAI").default({}),
  networkPolicies: asWritten(stackNetworkPoliciesSchema).optional(),
  monitoring: stackMonitoringSchema.optional(),
  catalog: catalogField,
}) satisfies SchemaOf<ServingStackArgs>;

/** A stack; its parts are as they were written. */
export type ServingStackSpec = z.output<typeof servingStackSchema>;

/** Whether what stands at a path ends in a Secret object. */
export function mayBeSecretInStack(path: Path): boolean {
  const [part, name, kind, field = ""] = path;
  if (part === "connections") return isCredential(path.slice(2));
  // The names of Secrets that exist decide what is made.
  if (part === "install") return name === "kubeAI" && kind === "secrets" && !String(field).endsWith("Secret");
  return part === "kubeAiModels" && kind === "secrets";
}
