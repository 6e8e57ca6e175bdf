/** What a server without an operator has: a Deployment, a Service, and what leads to it. */
import type { Input } from "@pulumi/pulumi";
import type { AcceleratorChoice } from "../../catalog/accelerators";
import { findAccelerator } from "../../catalog/accelerators";
import { catalogField, catalogOf, type WithCatalog } from "../catalog/field";
import type { PodAutoscaling } from "../inference/autoscaling";
import { podAutoscalingSchema } from "../inference/autoscaling";
import type { RolloutStrategy } from "../inference/serviceSettings";
import { strategySchema } from "../inference/serviceSettings";
import { serviceRules } from "../inference/serviceRules";
import type { EnvironmentSource } from "../kubeai/environment";
import { credentialProblem, environmentSourceSchema, secretProblems, sourcesAreSound } from "../kubeai/environment";
import { isEventual } from "../schema/eventual";
import { bytes, credentials, dnsLabel, flag, list, record, text, textLike, toLabel, whole } from "../schema/fields";
import type { Loose, Plain, SchemaOf } from "../schema/plain";
import type { EnvironmentVariable, NodeAffinity, NodeToleration, ResourceSettings } from "../schema/pods";
import { affinity, check, environment, nodeSelector, resourcesSchema, tolerations } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import type { ServeExposure } from "./exposure";
import { exposureIsSound, serveExposureSchema } from "./exposure";
import { platformObject } from "./fields";

/** A LoRA adapter, which callers ask for under its own name. */
export interface ServeAdapter {
  /** Letters, digits, dots, dashes and underscores. Unique, and not the model's. */
  name: string;
  /** `hf://organisation/adapter`, `pvc://claim/path`, or `store://` with `storePaths`. */
  url: string;
}

/** Where a server keeps what it downloads and compiles. */
export interface ServeCache {
  /** Disk of the pod for it. Default: 10Gi. Excludes `claimName`. */
  size?: string;
  /** A PersistentVolumeClaim that exists and outlives the pod; several replicas need one that many nodes may write. */
  claimName?: Input<string>;
}

/** As whom the server runs. Default: user 1000 of group 100, as DigitalHub has it. */
export interface ServeIdentity {
  userId?: number;
  groupId?: number;
  /** Leaves both to the cluster: OpenShift assigns them by namespace and refuses others. Excludes the two. */
  assignedByCluster?: boolean;
}

/** Hardware, environment, replicas and exposure of a server. */
export interface ServeSettings extends WithCatalog {
  /** Name of Deployment and Service; a letter first, at most 63. Default: the component's name. */
  name?: string;
  /** Namespace of all objects. */
  namespace: Input<string>;
  /** GPU profile: a product of the catalogue or a resource name. Default: none. */
  accelerator?: string;
  /** Accelerators of each replica. Default: 1 with `accelerator`. */
  acceleratorCount?: number;
  /** CPU and memory of each replica. Default: 16Gi of memory. */
  resources?: ResourceSettings;
  /** Tolerations. Default: those of the accelerator. */
  tolerations?: NodeToleration[];
  /** Node labels. Default: those of the accelerator. */
  nodeSelector?: Record<string, string>;
  affinity?: NodeAffinity;
  /** Environment of the server; credentials by `secretName` and `secretKey`, or in `secrets`. */
  env?: EnvironmentVariable[];
  /** Secrets and ConfigMaps of the same namespace whose keys become variables. */
  envFrom?: EnvironmentSource[];
  /** Variables such as `HF_TOKEN` that are put into a Secret of the server's own. */
  secrets?: Record<string, Input<string>>;
  /** Default: 10Gi of the pod's own disk. */
  cache?: ServeCache;
  /** Size of `/dev/shm`. Default: 2Gi, 16Gi for several accelerators, none without accelerators. */
  sharedMemory?: string;
  /** Default: user 1000, group 100. */
  identity?: ServeIdentity;
  /** Fixed number of replicas. Default: 1. Excludes `autoscaling`. */
  replicas?: number;
  /** Lets the number of replicas follow the load. Excludes `replicas`. */
  autoscaling?: PodAutoscaling;
  /** Default: a rolling update. */
  deploymentStrategy?: RolloutStrategy;
  /** Access from outside. Default: none. */
  exposure?: ServeExposure;
  imagePullSecrets?: Input<string>[];
  serviceAccountName?: Input<string>;
  /** Further labels of the objects. */
  labels?: Record<string, Input<string>>;
  /** Size of the model's files, where the catalogue does not know it; sets the time limits. */
  modelSize?: string;
  /** Seconds Pulumi waits for the pods. Default: by the model's size; an hour when unknown. */
  readyTimeoutSeconds?: number;
}

export const DEFAULT_MEMORY = "16Gi";
export const DEFAULT_CACHE = "10Gi";
const USER_ID = 1000;
const GROUP_ID = 100;

const cacheSchema = platformObject({
  size: bytes.optional(),
  claimName: dnsLabel("the name of a PersistentVolumeClaim").optional(),
}) satisfies SchemaOf<ServeCache>;

const identitySchema = platformObject({
  userId: whole(1).optional(),
  groupId: whole(0).optional(),
  assignedByCluster: flag.default(false),
}) satisfies SchemaOf<ServeIdentity>;

/** A name under which there can be a Service: a letter first. */
const serverName = textLike(
  /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
  "a server name (a lower case letter, then letters, digits, dashes; at most 63)",
  (value) => toLabel(value).replace(/^[^a-z]+/, ""),
);

export const serveShape = {
  name: serverName.optional(),
  namespace: dnsLabel("a namespace"),
  accelerator: text("an accelerator").optional(),
  acceleratorCount: whole(1, 64).optional(),
  resources: resourcesSchema.optional(),
  tolerations: tolerations.optional(),
  nodeSelector: nodeSelector.optional(),
  affinity: affinity.optional(),
  env: environment.default([]),
  envFrom: list(environmentSourceSchema, "Secrets and ConfigMaps").default([]),
  secrets: credentials("a value").default({}),
  cache: cacheSchema.prefault({}),
  sharedMemory: bytes.optional(),
  identity: identitySchema.prefault({}),
  replicas: whole(1, 99).optional(),
  autoscaling: podAutoscalingSchema.optional(),
  deploymentStrategy: strategySchema.prefault({}),
  exposure: serveExposureSchema.optional(),
  imagePullSecrets: list(dnsLabel("the name of a Secret"), "Secret names").default([]),
  serviceAccountName: dnsLabel("the name of a service account").optional(),
  labels: record(text("a label value"), "label values").optional(),
  modelSize: bytes.optional(),
  readyTimeoutSeconds: whole(1).optional(),
  catalog: catalogField,
};

type Settings = Loose<ServeSettings>;

/** Conditions of every server under a component's name. */
export function serveProblems(componentName: string, args: Settings): Problem[] {
  const { name = componentName, secrets, envFrom, env = [] } = args;
  const inherited = serviceRules.flatMap((rule) => rule({ ...sharedPart(args) }));
  return [
    ...serviceNameProblems(name, args.name === undefined),
    ...inherited,
    ...env.flatMap((variable, index) => {
      const message = variable?.name === undefined ? undefined : credentialProblem(variable.name, variable.value);
      return at(["env", index, "value"], message);
    }),
    ...check(envFrom, ["envFrom"], sourcesAreSound),
    ...check(secrets, ["secrets"], (values) => secretProblems(values, Object.fromEntries(names(env)))),
    ...countNeedsAccelerator(args),
    ...autoscalerSees(args),
    ...cacheIsOne(args),
    ...identityIsOne(args),
    ...exposureIsSound(args),
  ];
}

/** What the rules of InferenceServices judge as well. */
function sharedPart({ accelerator, catalog, resources, env, autoscaling, deploymentStrategy, replicas }: Settings) {
  return { accelerator, catalog, resources, env, autoscaling, deploymentStrategy, replicas };
}

function names(env: NonNullable<Settings["env"]>): [string, string][] {
  return env.flatMap((variable) => (variable?.name === undefined ? [] : [[variable.name, ""]]));
}

/**
 * Kubernetes tells every pod of the namespace of a Service `vllm` by a variable `VLLM_PORT`, which vLLM takes for the
 * port it should listen on, and ends.
 *
 * @requirement DH-33
 */
function serviceNameProblems(name: string, isDefault: boolean): Problem[] {
  if (name === "vllm") {
    const message = `"vllm" as the name of a Service gives every pod of the namespace a variable VLLM_PORT, at which vLLM ends; did you mean vllm-server?`;
    return [{ path: ["name"], message }];
  }
  return isDefault ? at(["name"], serverName.safeParse(name).error?.issues[0]?.message) : [];
}

function countNeedsAccelerator({ accelerator, acceleratorCount }: Settings): Problem[] {
  if (acceleratorCount === undefined || accelerator !== undefined) return [];
  return at(
    ["acceleratorCount"],
    `${acceleratorCount} accelerators of which kind? Name one in accelerator, or leave acceleratorCount out`,
  );
}

/** The horizontal pod autoscaler reckons in percent of a request; without one it does nothing. */
function autoscalerSees({ autoscaling, resources }: Settings): Problem[] {
  if (autoscaling === undefined) return [];
  const { metric = "cpu" } = autoscaling;
  const requested = metric === "cpu" ? resources?.requests?.cpu : (resources?.requests?.memory ?? DEFAULT_MEMORY);
  const message = `"${metric}" is scaled in percent of what a pod requests; give resources.requests.${metric}`;
  return at(["autoscaling", "metric"], requested === undefined ? message : undefined);
}

function cacheIsOne({ cache }: Settings): Problem[] {
  if (cache?.size === undefined || cache.claimName === undefined) return [];
  return at(["cache"], "names size and claimName; the claim has its size already, so keep one of the two");
}

function identityIsOne({ identity }: Settings): Problem[] {
  if (identity?.assignedByCluster !== true) return [];
  const given = (["userId", "groupId"] as const).filter((field) => identity[field] !== undefined);
  return given.map((field) => ({ path: ["identity", field], message: "cannot be combined with assignedByCluster" }));
}

/** Hardware of a server, as it is written into the pod. */
export interface ServeHardware {
  choice?: AcceleratorChoice;
  /** 0 without an accelerator. */
  count: number;
  tolerations: Plain<NodeToleration>[];
  nodeSelector: Record<string, string>;
}

interface HardwareSettings {
  accelerator?: string | undefined;
  acceleratorCount?: number | undefined;
  tolerations?: Plain<NodeToleration>[] | undefined;
  nodeSelector?: Record<string, string> | undefined;
  catalog?: unknown;
}

/** The GPU profile of a server, from the catalogue. */
export function hardwareOf(settings: HardwareSettings): ServeHardware {
  const { accelerator, acceleratorCount = 1, tolerations: own, nodeSelector: labels } = settings;
  const known = accelerator === undefined ? undefined : findAccelerator(accelerator, catalogOf(settings).accelerators);
  const label = known?.product?.productLabel;
  return {
    ...(known === undefined ? {} : { choice: known }),
    count: known === undefined ? 0 : acceleratorCount,
    tolerations: own ?? ((known?.tolerations ?? []) as Plain<NodeToleration>[]),
    nodeSelector: labels ?? (label === undefined ? {} : { [label.key]: label.value }),
  };
}

/** User and group of the server; absent where the cluster assigns them. */
export function identityOf(identity: Plain<ServeIdentity>): { userId: number; groupId: number } | undefined {
  if (identity.assignedByCluster === true) return undefined;
  return { userId: identity.userId ?? USER_ID, groupId: identity.groupId ?? GROUP_ID };
}

/** A bare word or path that is taken for a Hugging Face id when it is one. */
export function hubProposal(url: string): string {
  return /^[\w.-]+\/[\w.-]+$/.test(url) ? `; did you mean hf://${url}?` : "";
}

/** Hugging Face id and revision of `hf://organisation/model:revision`, of which DigitalHub also knows `huggingface://`. */
export function hubModel(url: string): { id: string; revision?: string } | undefined {
  const found = /^(?:hf|huggingface):\/\/([^:]+)(?::(.+))?$/.exec(url);
  if (found?.[1] === undefined) return undefined;
  return { id: found[1], ...(found[2] === undefined ? {} : { revision: found[2] }) };
}

/** Claim and path of `pvc://claim/path`. */
export function claimPath(url: string): { claim: string; path: string } | undefined {
  const found = /^pvc:\/\/([^/]+)(?:\/(.*))?$/.exec(url);
  return found?.[1] === undefined ? undefined : { claim: found[1], path: (found[2] ?? "").replace(/\/$/, "") };
}

/** Whether a place is one of the given schemes and names something. */
export function placeProblem(url: string, schemes: readonly string[], what: string): string | undefined {
  if (isEventual(url)) return "is known only after apply, but decides what the pod looks like; expected a plain value";
  const found = /^([a-z][a-z0-9+]*):\/\/(.*)$/.exec(url);
  const known = schemes.map((scheme) => `${scheme}://`).join(", ");
  if (found === null) return `${quote(url)} has no scheme; ${what} is loaded from ${known}${hubProposal(url)}`;
  const [, scheme = "", rest = ""] = found;
  if (!schemes.includes(scheme)) return `${quote(url)}: ${what} is loaded from ${known}`;
  if (rest === "") return `${quote(url)} names nothing behind ${scheme}://`;
  const isHub = scheme === "hf" || scheme === "huggingface";
  if (isHub && !/^[\w.-]+\/[\w.-]+(:[\w./-]+)?$/.test(rest))
    return `${quote(url)} is not ${scheme}://<organisation>/<model>`;
  return undefined;
}
