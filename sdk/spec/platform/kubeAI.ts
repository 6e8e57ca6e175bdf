/** What a user may say of KubeAI as a platform. Its models are made by the components of their own kind. */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import type { ChartSettings } from "../installation/chart";
import { chartSettingsSchema } from "../installation/chart";
import { bytes, cores, credential, dnsLabel, flag, object, quantity, record, text, unquoted } from "../schema/fields";
import type { SchemaOf } from "../schema/plain";
import type { NodeToleration } from "../schema/pods";
import { nodeSelector, tolerations } from "../schema/pods";
import type { Problem } from "../schema/problem";
import type { Provision } from "../schema/provision";
import { provision } from "../schema/provision";
import type { SpecRule } from "../schema/validate";

/** What one unit of a profile asks for; a Model says `<profile>:<units>`. */
export interface KubeAIResourceProfile {
  /** Variant of the server's image, such as `nvidia-gpu` or `cpu`. Default: the server's default image. */
  imageName?: string;
  /** CPU cores of one unit. */
  cpu?: number;
  /** Memory of one unit, such as `24Gi`. */
  memory?: string;
  /** Accelerators and other resources of one unit, by name; requested and limited alike. */
  resources?: Record<string, string>;
  nodeSelector?: Record<string, string>;
  tolerations?: NodeToleration[];
  schedulerName?: string;
  runtimeClassName?: string;
}

/** Where models are kept between starts: a file system that all nodes share. */
export interface KubeAICacheProfile {
  /** StorageClass that makes volumes for many nodes. Excludes `persistentVolumeName`. */
  storageClassName?: string;
  /** A volume that exists. Excludes `storageClassName`. */
  persistentVolumeName?: string;
}

/** Access to places of models: the value, or a Secret that exists. */
export interface KubeAISecrets {
  /** Token of Hugging Face. */
  huggingFaceToken?: Input<string>;
  /** Secret with the key `token`. Excludes `huggingFaceToken`. */
  huggingFaceSecret?: string;
  awsAccessKeyId?: Input<string>;
  awsSecretAccessKey?: Input<string>;
  /** Secret with the keys `accessKeyID` and `secretAccessKey`. Excludes the values. */
  awsSecret?: string;
  /** Key file (JSON) of a Google service account. */
  gcpKeyFile?: Input<string>;
  /** Secret with the key `jsonKeyfile`. Excludes `gcpKeyFile`. */
  gcpSecret?: string;
}

/** Arguments of the KubeAI component. */
export interface KubeAIArgs {
  /** Default: `create`. */
  kubeAI?: Provision;
  chart?: ChartSettings;
  /** Beside those that the chart brings. */
  resourceProfiles?: Record<string, KubeAIResourceProfile>;
  cacheProfiles?: Record<string, KubeAICacheProfile>;
  secrets?: KubeAISecrets;
  /** Whether the chart's chat page runs as well. Default: false. */
  openWebUi?: boolean;
}

const resourceProfileSchema = object({
  imageName: text("the name of an image variant").optional(),
  cpu: cores.optional(),
  memory: bytes.optional(),
  resources: record(quantity("an amount"), "amounts").optional(),
  nodeSelector: nodeSelector.optional(),
  tolerations: tolerations.optional(),
  schedulerName: text("the name of a scheduler").optional(),
  runtimeClassName: dnsLabel("the name of a RuntimeClass").optional(),
}) satisfies SchemaOf<KubeAIResourceProfile>;

const secretsSchema = object(
  {
    huggingFaceToken: credential("a token").optional(),
    huggingFaceSecret: dnsLabel("the name of a Secret").optional(),
    awsAccessKeyId: credential("an access key").optional(),
    awsSecretAccessKey: credential("a secret key").optional(),
    awsSecret: dnsLabel("the name of a Secret").optional(),
    gcpKeyFile: credential("a key file").optional(),
    gcpSecret: dnsLabel("the name of a Secret").optional(),
  },
  "an object",
  unquoted,
) satisfies SchemaOf<KubeAISecrets>;

export const kubeAISchema = object({
  kubeAI: provision.default("create"),
  chart: chartSettingsSchema.optional(),
  resourceProfiles: record(resourceProfileSchema, "resource profiles").default({}),
  cacheProfiles: record(
    object({
      storageClassName: dnsLabel("the name of a StorageClass").optional(),
      persistentVolumeName: dnsLabel("the name of a volume").optional(),
    }),
    "cache profiles",
  ).default({}),
  secrets: secretsSchema.prefault({}),
  openWebUi: flag.default(false),
}) satisfies SchemaOf<KubeAIArgs>;

/** KubeAI with the defaults of its schema. */
export type KubeAISpec = z.output<typeof kubeAISchema>;

export const kubeAIRules: readonly SpecRule<KubeAIArgs>[] = [
  ({ cacheProfiles = {} }): Problem[] =>
    Object.entries(cacheProfiles).flatMap(([name, profile]) => {
      const given = [profile?.storageClassName, profile?.persistentVolumeName].filter((one) => one !== undefined);
      if (given.length === 1) return [];
      const found = given.length === 0 ? "neither" : "both";
      const message = `expected either storageClassName or persistentVolumeName, found ${found}`;
      return [{ path: ["cacheProfiles", name], message }];
    }),
  ({ secrets = {} }) => {
    const problems: Problem[] = [];
    const pairs = [
      ["huggingFaceSecret", ["huggingFaceToken"]],
      ["awsSecret", ["awsAccessKeyId", "awsSecretAccessKey"]],
      ["gcpSecret", ["gcpKeyFile"]],
    ] as const;
    for (const [secret, values] of pairs) {
      const given = values.filter((value) => secrets[value] !== undefined);
      if (secrets[secret] !== undefined && given.length > 0) {
        problems.push({ path: ["secrets", secret], message: `excludes ${given.join(" and ")}` });
      }
      const missing = values.filter((value) => secrets[value] === undefined);
      if (given.length > 0 && missing.length > 0) {
        for (const value of missing)
          problems.push({ path: ["secrets", value], message: `is missing beside ${given.join()}` });
      }
    }
    return problems;
  },
];
