/** Conditions between the fields of a served model. Pure functions; each returns what is wrong and where. */
import { findModel } from "../../catalog/models";
import { parseQuantity, scaledValue } from "../../pod/quantity";
import { catalogOf, type WithCatalog } from "../catalog/field";
import { isEventual } from "../schema/eventual";
import { toLabel } from "../schema/fields";
import { acceleratorProblems } from "../profiles/hardwareProfile";
import { sourceIsLoadable, storageUri } from "../storage/modelSource";
import type { Platform } from "../platform/platform";
import { check, environmentIsSound, requestsWithinLimits } from "../schema/pods";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import type { Loose } from "../schema/plain";
import { autoscalingProblems } from "./autoscaling";
import type { Exposure, RolloutStrategy, ServiceSettings } from "./serviceSettings";
import { modelTypeOf, VLLM_FORMAT } from "./serviceSettings";
import { settingOfFlag } from "../runtimes/vllm";
import type { SpecRule } from "../schema/validate";

type Settings = Loose<ServiceSettings>;

/** A service where it stands alone, or in a stack whose catalogue it uses. */
export type CataloguedService = ServiceSettings & WithCatalog;

/** Conditions that hold for every served model, on every platform. */
export const serviceRules: readonly SpecRule<CataloguedService>[] = [
  ({ source, ...service }) => check(source, ["source"], (place) => sourceIsLoadable(place, catalogOf(service).models)),
  (service) => acceleratorProblems(service, ["accelerator"]),
  ({ resources }) => check(resources, ["resources"], requestsWithinLimits),
  ({ env }) => check(env, ["env"], (variables) => environmentIsSound(variables)),
  ({ autoscaling }) => check(autoscaling, ["autoscaling"], autoscalingProblems),
  ({ deploymentStrategy }) => check(deploymentStrategy, ["deploymentStrategy"], strategyMovesOn),
  ({ exposure }) => check(exposure, ["exposure"], tokensNeedAuth),
  formatFitsType,
  vllmMetricsNeedVllm,
  fixedOrScaled,
  argumentsAreTokens,
  apiKeyNeedsVllm,
];

/**
 * KServe names the pods' label `app: isvc.<name>-predictor` and accepts names whose label is then too long; the
 * service never becomes Ready. A dash at the end or a digit at the start is refused by its webhook.
 */
const LONGEST_NAME = 63 - "isvc.".length - "-predictor".length;

/** A name that KServe accepts and can serve under. */
export function nameProblem(name: string): string | undefined {
  if (isEventual(name)) return "is known only after apply, but names the service at preview; expected a plain value";
  if (!/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) {
    const proposal = toLabel(name).replace(/^[^a-z]+/, "");
    const hint = proposal === "" ? "" : `; did you mean ${proposal}?`;
    return `${quote(name)} is not a service name (lower case letters, digits, dashes; a letter first; no dots)${hint}`;
  }
  if (name.length <= LONGEST_NAME) return undefined;
  return `${quote(name)} has ${name.length} characters; KServe can serve names of at most ${LONGEST_NAME} in Standard mode`;
}

/** Only OpenShift AI checks tokens; plain KServe would publish the model to anyone. */
export function authNeedsPlatform(
  exposure: Loose<Exposure> | undefined,
  platform: Loose<Platform> | undefined,
): Problem[] {
  const onOpenShiftAI = (platform?.kind ?? "openshift-ai") === "openshift-ai";
  if (exposure?.auth === "apiKey" && onOpenShiftAI) {
    const advice = `"apiKey" is for plain KServe; OpenShift AI checks tokens, which can be withdrawn one by one: write "token"`;
    return [{ path: ["exposure", "auth"], message: advice }];
  }
  if (exposure?.auth !== "token" || onOpenShiftAI) return [];
  const message = `"token" needs OpenShift AI; plain KServe checks no tokens. Write "apiKey" for a key that vLLM checks, "none" to publish without authentication, or leave exposure out`;
  return [{ path: ["exposure", "auth"], message }];
}

/** No model lives in the platform's own namespace: admission refuses it. */
export function namespaceProblem(
  namespace: string | undefined,
  platform: Loose<Platform> | undefined,
): string | undefined {
  if ((platform?.kind ?? "openshift-ai") !== "openshift-ai") return undefined;
  const reserved = platform?.applicationsNamespace ?? "redhat-ods-applications";
  return namespace === reserved
    ? `${quote(namespace)} belongs to the platform, which admits no models there`
    : undefined;
}

/** Bytes the model's files take: as the user says, else as the catalogue knows. */
export function modelBytes({ source, modelSize, ...service }: Settings & { catalog?: unknown }): number | undefined {
  if (modelSize !== undefined) return Number(scaledValue(parseQuantity(modelSize), 0));
  const { models } = catalogOf(service);
  return source === undefined ? undefined : findModel(storageUri(source, models), models)?.weightBytes;
}

/** Arguments that repeat what a setting already says: vLLM would silently let the last one win. */
export function repeatsSetting(args: Settings["args"], settings: readonly string[], owner: string): Problem[] {
  const taken = new Set(settings.map(flagName));
  return (args ?? []).flatMap((argument, index) => {
    const flag = flagName(argument ?? "");
    if (argument === undefined || isEventual(argument) || !flag.startsWith("-") || !taken.has(flag)) return [];
    const setting = settingOfFlag(flag);
    const instead = setting === undefined ? "remove one of them" : `use vllm.${setting} instead`;
    return [{ path: ["args", index], message: `${quote(argument)} repeats ${flag} of ${owner}; ${instead}` }];
  });
}

/** `--max_model_len=4096` is the flag `--max-model-len`. */
function flagName(argument: string): string {
  return (argument.split("=")[0] ?? "").replaceAll("_", "-");
}

function fixedOrScaled({ replicas, autoscaling }: Settings): Problem[] {
  if (replicas === undefined || autoscaling === undefined) return [];
  const message = "cannot be combined with autoscaling, which owns the number of replicas; keep one of the two";
  return [{ path: ["replicas"], message }];
}

function strategyMovesOn({ type, maxSurge, maxUnavailable }: Loose<RolloutStrategy>): Problem[] {
  if (type === "Recreate") {
    return Object.entries({ maxSurge, maxUnavailable })
      .filter(([, value]) => value !== undefined)
      .map(([key]) => ({ path: [key], message: "belongs to RollingUpdate; Recreate ends all pods first" }));
  }
  const isZero = (value: string | undefined): boolean => /^0+%?$/.test(value ?? "25%");
  if (!isZero(maxSurge) || !isZero(maxUnavailable)) return [];
  return [{ path: [], message: "maxSurge and maxUnavailable are both 0, so no pod could ever be replaced" }];
}

/** @requirement IS-6 */
function formatFitsType(service: Settings): Problem[] {
  const { modelFormat, modelFormatVersion, aiAsset } = service;
  const type = modelTypeOf(service);
  if (type === "generative") {
    const problems: Problem[] = [];
    if (modelFormat !== undefined && modelFormat !== VLLM_FORMAT) {
      const message = `${quote(modelFormat)} is a format of predictive models; a generative model is always ${VLLM_FORMAT}: leave modelFormat out`;
      problems.push({ path: ["modelFormat"], message });
    }
    if (modelFormatVersion !== undefined) {
      const message = `belongs to predictive models; ${VLLM_FORMAT} has no versions`;
      problems.push({ path: ["modelFormatVersion"], message });
    }
    return problems;
  }
  const missing =
    modelFormat === undefined ? "is missing; a predictive model needs one, such as onnx or sklearn" : undefined;
  const asset = aiAsset === undefined ? undefined : "is for generative models; the playground cannot talk to this one";
  return [...at(["modelFormat"], missing), ...at(["aiAsset"], asset)];
}

function vllmMetricsNeedVllm(service: Settings): Problem[] {
  if (modelTypeOf(service) === "generative") return [];
  return (service.autoscaling?.prometheus ?? []).flatMap((metric, index) => {
    if (metric?.vllm === undefined) return [];
    const message = `${quote(metric.vllm)} is a measure of vLLM, which serves no ${service.modelFormat ?? "predictive"} models; write a query instead`;
    return [{ path: ["autoscaling", "prometheus", index, "vllm"], message }];
  });
}

/** Only the dashboard of OpenShift AI has a playground. */
export function assetNeedsPlatform(aiAsset: unknown, platform: Loose<Platform> | undefined): Problem[] {
  if (aiAsset === undefined || (platform?.kind ?? "openshift-ai") === "openshift-ai") return [];
  return at(["aiAsset"], "needs OpenShift AI; plain KServe has no playground");
}

function tokensNeedAuth({ auth, tokens, authProxyType, ...exposure }: Loose<Exposure>): Problem[] {
  if (auth !== undefined && auth !== "token" && authProxyType !== undefined)
    return [{ path: ["authProxyType"], message: 'checks tokens, which takes auth "token"' }];
  const unchecked = Object.entries({ tokens, accounts: exposure.accounts }).filter(([, value]) => value !== undefined);
  if (auth !== undefined && auth !== "token" && unchecked.length > 0)
    return unchecked.map(([key]) => ({ path: [key], message: 'are only checked with auth "token"' }));
  if (auth !== undefined && auth !== "apiKey" && exposure.apiKeySecretName !== undefined)
    return [{ path: ["apiKeySecretName"], message: 'is only read with auth "apiKey"' }];
  const repeated = (tokens ?? []).findIndex((token, index, all) => all.indexOf(token) !== index);
  return repeated < 0 ? [] : [{ path: ["tokens", repeated], message: `${quote(tokens?.[repeated])} is named twice` }];
}

/** A key from elsewhere would be asked for instead, or be readable in the object. */
function apiKeyNeedsVllm({ exposure, env, args, ...service }: Settings): Problem[] {
  if (exposure?.auth !== "apiKey") return [];
  const { modelFormat = "vLLM" } = service as { modelFormat?: string };
  const problems: Problem[] = [];
  if (modelFormat !== "vLLM") {
    const message = `"apiKey" is checked by vLLM only; the server of ${quote(modelFormat)} models would serve anyone`;
    problems.push({ path: ["exposure", "auth"], message });
  }
  const ownKey = (env ?? []).findIndex((variable) => variable?.name === "VLLM_API_KEY");
  if (ownKey >= 0) {
    const message = "VLLM_API_KEY is set by exposure already; name its Secret in exposure.apiKeySecretName";
    problems.push({ path: ["env", ownKey], message });
  }
  const flag = (args ?? []).findIndex((argument) => /^--api[-_]key\b/.test(argument ?? ""));
  if (flag >= 0) {
    const message = "a key among the arguments is readable in the object; name its Secret in exposure.apiKeySecretName";
    problems.push({ path: ["args", flag], message });
  }
  return problems;
}

/** The container's arguments are not split by a shell: a token with a space in it is one unknown flag. */
export function argumentsAreTokens({ args }: Pick<Settings, "args">): Problem[] {
  return (args ?? []).flatMap((argument, index) => {
    const parts = /^(--?[\w-]+)\s+(\S.*)$/.exec(argument ?? "");
    if (parts === null) return [];
    const message = `${quote(argument)} is one token to the server; did you mean ${parts[1]}=${parts[2]}?`;
    return [{ path: ["args", index], message }];
  });
}
