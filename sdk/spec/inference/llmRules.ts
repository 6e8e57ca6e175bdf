/** Conditions between the fields of an LLMInferenceService. */
import type { KubernetesObject } from "../../kubernetes/core";
import { trace } from "../../pod/merge/traced";
import { validate as llmProblems } from "../../pod/llm/validation";
import { catalogIsSound } from "../catalog/field";
import { ingressFitsPlatform } from "../platform/platform";
import { acceleratorProblems } from "../profiles/hardwareProfile";
import { isEventual } from "../schema/eventual";
import type { Loose } from "../schema/plain";
import { check, environmentIsSound, requestsWithinLimits } from "../schema/pods";
import type { Path, Problem } from "../schema/problem";
import { at, quote, within } from "../schema/problem";
import { toLabel } from "../schema/fields";
import type { SpecRule } from "../schema/validate";
import { sourceIsLoadable, storageUri } from "../storage/modelSource";
import { profileNeedsPlatform } from "./inferenceService";
import type { LlmInferenceServiceArgs } from "./llmInferenceService";
import type { LlmPodSettings, LlmRolloutStrategy, LlmWorkloadSettings } from "./llmWorkload";
import { argumentsAreTokens, assetNeedsPlatform, namespaceProblem } from "./serviceRules";

type Args = Loose<LlmInferenceServiceArgs>;
type Workload = Loose<LlmWorkloadSettings>;

/** @param componentName name of the service where the arguments give none */
export function llmInferenceServiceRules(componentName: string): readonly SpecRule<LlmInferenceServiceArgs>[] {
  return [
    catalogIsSound,
    ({ name = componentName }) => at(["name"], nameProblem(name)),
    ({ namespace, platform }) => at(["namespace"], namespaceProblem(namespace, platform)),
    ({ source }) => check(source, ["source"], llmSource),
    (args) => acceleratorProblems(args, ["accelerator"]),
    ({ platform, ...service }) => profileNeedsPlatform(service, platform),
    ({ aiAsset, platform }) => assetNeedsPlatform(aiAsset, platform),
    ingressFitsPlatform,
    upstreamRules,
    countsNeedAccelerator,
    adaptersAreNamed,
    tokensNeedAuth,
    dashboardFields,
    ({ rolloutStrategy }) => check(rolloutStrategy, ["rolloutStrategy"], rolloutMovesOn),
    (args) => podsAreSound(args, []),
    ({ prefill }) => (prefill === undefined ? [] : podsAreSound(prefill, ["prefill"])),
    routerIsWhole,
  ];
}

/** The name is a label of every pod, so a label's length is the limit; names of children are shortened by a hash. */
function nameProblem(name: string): string | undefined {
  if (isEventual(name)) return "is known only after apply, but names the service at preview; expected a plain value";
  if (name.length > 63) return `${quote(name)} has ${name.length} characters; the labels of its pods hold at most 63`;
  if (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) return undefined;
  const proposal = toLabel(name).replace(/^[^a-z]+/, "");
  const hint = proposal === "" ? "" : `; did you mean ${proposal}?`;
  return `${quote(name)} is not a service name (lower case letters, digits, dashes; a letter first; no dots)${hint}`;
}

/** Upstream: kserve/kserve `pkg/controller/v1alpha2/llmisvc/workload_storage.go`. */
const LLM_SCHEMES = /^(hf|s3|pvc|oci):\/\//;

function llmSource(source: Parameters<typeof sourceIsLoadable>[0]): Problem[] {
  const problems = sourceIsLoadable(source);
  const uri = storageUri(source);
  if (problems.length > 0 || isEventual(uri) || LLM_SCHEMES.test(uri)) return problems;
  return at(["uri"], `${quote(uri)}: an LLMInferenceService loads from hf://, s3://, pvc:// and oci:// only`);
}

/** KServe's own checks, on what they look at; their messages begin with a path of their own, ours follows instead. */
function upstreamRules(args: Args): Problem[] {
  const object: KubernetesObject = { apiVersion: "", kind: "", metadata: { name: "" } };
  const { router } = args;
  const spec = {
    ...judged(args),
    prefill: args.prefill === undefined ? undefined : judged(args.prefill),
    router: router === undefined ? undefined : { gateway: router.gateway, route: { http: router.route } },
  };
  return llmProblems(trace(spec, object)).map(({ message, at: place }) => ({
    path: argumentPath(place.origin?.path ?? ""),
    message: message.replace(/^spec[\w.]*: (unsupported configuration: )?/, ""),
  }));
}

/** Fields of a workload that the checks read; `wva` is always there, since the component writes it. */
function judged({ parallelism, worker, replicas, scaling }: Workload): object {
  const { minReplicas, maxReplicas } = scaling ?? {};
  return {
    parallelism,
    worker: worker === undefined ? undefined : {},
    replicas,
    scaling: maxReplicas === undefined ? undefined : { minReplicas, maxReplicas, wva: { hpa: {} } },
  };
}

/** `router.route.http.refs` of the object is `router.route.refs` of the arguments. */
function argumentPath(path: string): Path {
  return path
    .split(".")
    .map((step) => step.replace(/\[.*$/, ""))
    .filter((step) => step !== "" && step !== "http");
}

function countsNeedAccelerator(args: Args): Problem[] {
  if (args.accelerator !== undefined) return [];
  const counts: [Path, number | undefined][] = [
    [["acceleratorCount"], args.acceleratorCount],
    [["worker", "acceleratorCount"], args.worker?.acceleratorCount],
    [["prefill", "acceleratorCount"], args.prefill?.acceleratorCount],
    [["prefill", "worker", "acceleratorCount"], args.prefill?.worker?.acceleratorCount],
  ];
  return counts.flatMap(([path, count]) =>
    count === undefined ? [] : [{ path, message: `${count} accelerators of which kind? Name one in accelerator` }],
  );
}

function adaptersAreNamed({ lora = [], modelName, name }: Args): Problem[] {
  const names = lora.map((adapter) => adapter?.name);
  return lora.flatMap((adapter, index) => {
    const problems = check(adapter?.source, ["source"], llmSource);
    const own = adapter?.name;
    if (own !== undefined && !isEventual(own)) {
      if (names.indexOf(own) !== index) problems.push({ path: ["name"], message: `${quote(own)} is named twice` });
      if (own === (modelName ?? name))
        problems.push({ path: ["name"], message: `${quote(own)} is the base model's name` });
    }
    return within(["lora", index], problems);
  });
}

function tokensNeedAuth({ auth, tokens = [], platform }: Args): Problem[] {
  const onOpenShiftAI = (platform?.kind ?? "openshift-ai") === "openshift-ai";
  const problems: Problem[] = [];
  if (auth !== undefined && !onOpenShiftAI) {
    problems.push({ path: ["auth"], message: "needs OpenShift AI; plain KServe checks no tokens: leave auth out" });
  }
  if (tokens.length > 0 && auth !== "token") {
    problems.push({ path: ["tokens"], message: 'are only checked with auth "token"' });
  }
  const repeated = tokens.findIndex((token, index) => tokens.indexOf(token) !== index);
  if (repeated >= 0) {
    problems.push({ path: ["tokens", repeated], message: `${quote(tokens[repeated])} is named twice` });
  }
  return problems;
}

const DASHBOARD_FIELDS = [
  "connectionName",
  "modelAsAService",
  "topology",
  "topologyConfigRef",
  "routingConfigRef",
] as const;

function dashboardFields({ platform, ...args }: Args): Problem[] {
  if (platform?.kind !== "kserve") return [];
  return DASHBOARD_FIELDS.filter((field) => args[field] !== undefined).map((field) => ({
    path: [field],
    message: "needs OpenShift AI; plain KServe does not know it",
  }));
}

/** @requirement DS-9 */
function rolloutMovesOn({ maxSurge, maxUnavailable }: Loose<LlmRolloutStrategy>): Problem[] {
  const isZero = (value: string | undefined): boolean => value !== undefined && /^0+%?$/.test(value);
  if (!isZero(maxSurge) || !isZero(maxUnavailable)) return [];
  return [{ path: [], message: "maxSurge and maxUnavailable are both 0, so no pod could ever be replaced" }];
}

function podsAreSound(workload: Workload, path: Path): Problem[] {
  const pods: [Path, Loose<LlmPodSettings> | undefined][] = [
    [path, workload],
    [[...path, "worker"], workload.worker],
  ];
  return pods.flatMap(([where, pod]) =>
    pod === undefined
      ? []
      : within(where, [
          ...check(pod.resources, ["resources"], requestsWithinLimits),
          ...check(pod.env, ["env"], (variables) => environmentIsSound(variables)),
          ...(pod.env ?? []).flatMap((variable, index) => extraArguments(variable?.name, index)),
          ...argumentsAreTokens({ args: pod.args }),
        ]),
  );
}

function extraArguments(name: string | undefined, index: number): Problem[] {
  if (name !== "VLLM_ADDITIONAL_ARGS") return [];
  return [{ path: ["env", index, "name"], message: `${name} is what args becomes; use args instead` }];
}

function routerIsWhole({ router }: Args): Problem[] {
  if (router === undefined) return [];
  const { scheduler, ingress, gateway } = router;
  const problems: Problem[] = [];
  if (scheduler?.config !== undefined && scheduler.configRef !== undefined) {
    problems.push({ path: ["scheduler", "config"], message: "cannot be combined with configRef; keep one of the two" });
  }
  if (ingress !== undefined && gateway !== undefined) {
    problems.push({ path: ["ingress"], message: "cannot be combined with gateway; keep one of the two" });
  }
  return within(["router"], problems);
}
