/** What the releases of OpenShift AI and Open Data Hub allow, said before their webhooks would. */
import { operatorCoordinates } from "../../catalog/operators";
import type { FieldGroup } from "../../catalog/platformFields";
import { fieldProblem, NEWEST_PLATFORM } from "../../catalog/platformFields";
import { operatorIsInstallable } from "../installation/operator";
import type { Loose } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, within } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import { connectionTypesAreSound, flagsAreKnown } from "./dashboard";
import type { OpenShiftAIArgs, PlatformDependencies, PlatformFeatures } from "./openShiftAI";

type Args = Loose<OpenShiftAIArgs>;

/** Which operators a feature needs beside the platform's. */
export const FEATURE_NEEDS: Readonly<Record<keyof PlatformFeatures, readonly (keyof PlatformDependencies)[]>> = {
  distributedInference: ["certManager", "connectivityLink"],
  multiNodeInference: ["certManager", "leaderWorkerSet"],
  metricsAutoscaling: ["customMetricsAutoscaler"],
  queues: ["certManager", "kueue"],
};

function isVersion3({ version = NEWEST_PLATFORM }: Args): boolean {
  return version.startsWith("3");
}

/** @requirement PL-3 */
function modelMeshIsLegacy(args: Args): Problem[] {
  if (args.modelMesh !== true || !isVersion3(args)) return [];
  const message = `ModelMesh does not exist in version ${args.version ?? NEWEST_PLATFORM}: version 3 removed it; serve each model by an InferenceService of its own, many small models of one format by an OpenVINO runtime, variants of one language model by LoRA adapters`;
  return [{ path: ["modelMesh"], message }];
}

/** @requirement PL-2 */
function serverlessIsLegacy(args: Args): Problem[] {
  const { version = NEWEST_PLATFORM, kserve } = args;
  if (kserve?.deploymentMode === undefined || !isVersion3(args)) return [];
  const path = ["kserve", "deploymentMode"];
  if (kserve.deploymentMode === "RawDeployment") {
    return [{ path, message: `version ${version} knows raw deployments only; leave deploymentMode out` }];
  }
  const message = `serverless serving does not exist in version ${version}: version 3 runs raw deployments only; leave deploymentMode out, or use upstream KServe (component KServe, deploymentMode "Knative")`;
  return [{ path, message }];
}

/** @requirement PL-14 */
function releaseKnowsFields({ version = NEWEST_PLATFORM, ...args }: Args): Problem[] {
  const check = (group: FieldGroup, field: string, value: unknown, path: string[]): Problem[] =>
    value === undefined ? [] : at(path, fieldProblem(group, field, version));
  const { nim, ...kserve } = args.kserve ?? {};
  const { flags, ...dashboard } = args.dashboard ?? {};
  return [
    ...Object.entries(args.components ?? {}).flatMap(([name, value]) =>
      check("components", name, value, ["components", name]),
    ),
    ...Object.entries(kserve)
      // Told apart, with the reason, by serverlessIsLegacy.
      .filter(([name]) => name !== "deploymentMode")
      .flatMap(([name, value]) => check("kserve", name, value, ["kserve", name])),
    ...check("kserve", "airGapped", nim?.airGapped, ["kserve", "nim", "airGapped"]),
    ...Object.entries(dashboard).flatMap(([name, value]) => check("dashboard", name, value, ["dashboard", name])),
    ...Object.entries(flags ?? {}).flatMap(([name, value]) =>
      check("dashboard", name, value, ["dashboard", "flags", name]),
    ),
  ];
}

function featuresFitTheRelease(args: Args): Problem[] {
  if (isVersion3(args)) return [];
  const { features, monitoring, kueue, gateway } = args;
  const version = args.version ?? NEWEST_PLATFORM;
  const only3: [string[], boolean, string][] = [
    [["features", "distributedInference"], features?.distributedInference === true, "LLMInferenceServices"],
    [["gateway", "provision"], gateway?.provision === "create", "LLMInferenceServices and their gateway"],
    [["monitoring", "metricsStorage"], monitoring?.metricsStorage !== undefined, "stored metrics"],
    [["kueue", "autoCreateQueues"], kueue?.autoCreateQueues !== undefined, "the choice whether queues are made"],
  ];
  return only3
    .filter(([, asked]) => asked)
    .map(([path, , what]) => ({ path, message: `${what} do not exist in version ${version}, only since 3.0` }));
}

function dependenciesAreThere({ features, dependencies, kueue }: Args): Problem[] {
  const problems: Problem[] = [];
  for (const [feature, needs] of Object.entries(FEATURE_NEEDS)) {
    if (features?.[feature as keyof PlatformFeatures] !== true) continue;
    for (const need of needs) {
      if (dependencies?.[need] !== "skip") continue;
      const message = `the feature ${feature} needs it; expected "create", or "existing" where somebody else installed it`;
      problems.push({ path: ["dependencies", need], message });
    }
  }
  if (features?.queues === true && kueue?.state === "Removed") {
    problems.push({ path: ["kueue", "state"], message: 'the feature queues needs it; expected "Unmanaged"' });
  }
  return problems;
}

function partsBelongTogether({ operator, initialization, dataScienceCluster, kserve }: Args): Problem[] {
  const problems: Problem[] = [];
  if (operator === "skip" && (initialization === "create" || dataScienceCluster !== "skip")) {
    const message =
      'without an operator nothing acts on the platform\'s objects; expected "existing", or "skip" for dataScienceCluster as well';
    problems.push({ path: ["operator"], message });
  }
  const cache = kserve?.modelCache;
  if (cache?.nodeNames !== undefined && cache.nodeSelector !== undefined) {
    const message = "excludes nodeNames; expected one of the two";
    problems.push({ path: ["kserve", "modelCache", "nodeSelector"], message });
  }
  return problems;
}

function operatorCanBeInstalled(args: Args): Problem[] {
  const { distribution = "openshift-ai", operator = "create", operatorSettings } = args;
  if (operator !== "create") return [];
  if (distribution === "open-data-hub" && !isVersion3(args) && operatorSettings?.channel === undefined) {
    const message = "is missing; no published source read names the channel of Open Data Hub 2";
    return [{ path: ["operatorSettings", "channel"], message }];
  }
  const name = distribution === "open-data-hub" ? "opendatahub-operator" : "rhods-operator";
  return within(["operatorSettings"], operatorIsInstallable(operatorCoordinates(name), operatorSettings ?? {}));
}

export const openShiftAIRules: readonly SpecRule<OpenShiftAIArgs>[] = [
  modelMeshIsLegacy,
  serverlessIsLegacy,
  releaseKnowsFields,
  featuresFitTheRelease,
  dependenciesAreThere,
  partsBelongTogether,
  operatorCanBeInstalled,
  ({ dashboard }) => within(["dashboard"], flagsAreKnown(dashboard ?? {})),
  ({ connectionTypes }) => within(["connectionTypes"], connectionTypesAreSound(connectionTypes ?? {})),
];
