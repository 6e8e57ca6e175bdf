/** Which validating webhook judges which kind. Upstream: kserve/kserve `config/webhook/manifests.yaml`. */
import type { KubernetesObject } from "../../kubernetes/core";
import { guard } from "../../pod/unknown";
import { isObject, type Json } from "../schema/coerce";
import { goDecode } from "../golang/objects";
import { inferenceGraphRules } from "./inferenceGraph";
import { inferenceServiceRules, serviceView } from "./inferenceService";
import { applyRules, type RuleOutcome } from "./rule";
import { servingRuntimeRules } from "./servingRuntime";
import { trainedModelRules } from "./trainedModel";

/** A validating webhook. */
export interface Validator {
  webhook: string;
  /** The Go type it reads. */
  type: string;
  /** Its rules for an object it has read, beside the stored one and the runtimes of the cluster. */
  judge(object: Json, previous: KubernetesObject | undefined, runtimes: readonly KubernetesObject[]): RuleOutcome;
}

const VALIDATORS: Readonly<Record<string, Validator>> = {
  InferenceService: validator("inferenceservice", "v1beta1.InferenceService", (object, previous) =>
    applyRules(serviceView(object), inferenceServiceRules(previous)),
  ),
  ServingRuntime: validator("servingruntime", "v1alpha1.ServingRuntime", judgeRuntime),
  ClusterServingRuntime: validator("clusterservingruntime", "v1alpha1.ClusterServingRuntime", judgeRuntime),
  InferenceGraph: validator("inferencegraph", "v1alpha1.InferenceGraph", (object) =>
    applyRules(object, inferenceGraphRules),
  ),
  TrainedModel: validator("trainedmodel", "v1alpha1.TrainedModel", (object, previous) =>
    applyRules(object, trainedModelRules(previous)),
  ),
};

/** The validating webhook of a kind of KServe; `undefined` where there is none. */
export function validatorOf(kind: string): Validator | undefined {
  return Object.hasOwn(VALIDATORS, kind) ? VALIDATORS[kind] : undefined;
}

function validator(
  name: string,
  type: string,
  judge: (object: Json, previous: Json | undefined, runtimes: readonly KubernetesObject[]) => RuleOutcome,
): Validator {
  return {
    webhook: `${name}.kserve-webhook-server.validator`,
    type,
    judge: (object, previous, runtimes) =>
      judge(guard(object), previous === undefined ? undefined : goDecode({ ...previous }, type).value, runtimes),
  };
}

/** Against the runtimes of the same scope. */
function judgeRuntime(object: Json, previous: Json | undefined, runtimes: readonly KubernetesObject[]): RuleOutcome {
  const { namespace, name } = metadataOf(object);
  const scope = runtimes.filter(({ kind, metadata }) => kind === object.kind && metadata.namespace === namespace);
  const others = scope.filter(({ metadata }) => metadata.name !== name);
  const existing = others.map((one) => guard(goDecode(withoutPod(one), `v1alpha1.${String(object.kind)}`).value));
  return applyRules(object, servingRuntimeRules([...existing, ...(previous === undefined ? [] : [guard(previous)])]));
}

/** Of the other runtimes only what their priorities depend on is read. */
function withoutPod(runtime: KubernetesObject): Json {
  const { spec }: Json = { ...runtime };
  const read = Object.entries(isObject(spec) ? spec : {}).filter(([key]) => PRIORITY_FIELDS.includes(key));
  return { metadata: runtime.metadata, spec: Object.fromEntries(read) };
}

const PRIORITY_FIELDS: readonly string[] = ["supportedModelFormats", "protocolVersions", "multiModel", "disabled"];

function metadataOf({ metadata }: Json): { namespace?: unknown; name?: unknown } {
  return typeof metadata === "object" && metadata !== null ? metadata : {};
}
