/** The conditions of a stack's parts but its models: those of the components that make them, at the place in the stack. */
import { acceleratorsRules } from "../accelerators/rules";
import { catalogIsSound } from "../catalog/field";
import { networkPoliciesRules } from "../exposure/networkPolicies";
import { kubeAiModelRules } from "../kubeai/kubeAiModel";
import { metricsViewersRules } from "../monitoring/metricsViewers";
import { modelAlertsRules } from "../monitoring/modelAlerts";
import { modelDashboardsRules } from "../monitoring/modelDashboards";
import { runtimeMonitorRules } from "../monitoring/runtimeMonitor";
import { userWorkloadMonitoringRules } from "../monitoring/userWorkloadMonitoring";
import { kserveRules } from "../platform/kserve";
import { kubeAIRules } from "../platform/kubeAI";
import { openShiftAIRules } from "../platform/openShiftAIRules";
import { ingressFitsPlatform } from "../platform/platform";
import { queuesRules } from "../platform/queues";
import { hardwareProfileRules } from "../profiles/hardwareProfile";
import { servingRuntimeRules } from "../runtimes/servingRuntime";
import { dnsLabel } from "../schema/fields";
import type { Loose } from "../schema/plain";
import type { Path, Problem } from "../schema/problem";
import { at, within } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import { modelBucketRules } from "../storage/modelBucket";
import { modelConnectionRules } from "../storage/modelConnection";
import { modelVolumeRules } from "../storage/modelVolume";
import type { ServingStackArgs } from "./servingStack";
import { installationFits, runtimePlace, stackPlatform } from "./stackPlatform";

type Args = Loose<ServingStackArgs>;

/** Judged once, at the stack's own place. */
const OF_STACK: readonly unknown[] = [catalogIsSound, ingressFitsPlatform];

export const partRules: readonly SpecRule<ServingStackArgs>[] = [
  installationFits,
  ({ install }) => [
    ...judge(openShiftAIRules, install?.openShiftAI, ["install", "openShiftAI"]),
    ...judge(kserveRules, install?.kserve, ["install", "kserve"]),
    ...judge(kubeAIRules, install?.kubeAI, ["install", "kubeAI"]),
  ],
  ({ accelerators }) => judge(acceleratorsRules, accelerators, ["accelerators"]),
  ({ queues }) => judge(queuesRules, queues, ["queues"]),
  ({ hardwareProfiles, catalog }) =>
    eachOf(hardwareProfiles, ["hardwareProfiles"], "a profile name", (profile) =>
      judge(hardwareProfileRules, { ...profile, catalog }, []),
    ),
  (stack) => storageRules(stack),
  ({ runtimes, catalog, ...stack }) =>
    eachOf(runtimes, ["runtimes"], "a runtime name", (runtime) =>
      judge(servingRuntimeRules, { ...runtime, ...runtimePlace(runtime), platform: stackPlatform(stack), catalog }, []),
    ),
  ({ kubeAiModels }) =>
    eachOf(kubeAiModels, ["kubeAiModels"], undefined, (model, name) =>
      unnamed(judge(kubeAiModelRules(name), { ...model }, [])),
    ),
  (stack) =>
    stack.networkPolicies === undefined
      ? []
      : judge(networkPoliciesRules("model"), { ...stack.networkPolicies, platform: stackPlatform(stack) }, [
          "networkPolicies",
        ]),
  monitoringFits,
];

function storageRules({ connections, buckets, volumes, ...stack }: Args): Problem[] {
  const platform = stackPlatform(stack);
  return [
    ...eachOf(connections, ["connections"], "the name of a Secret", (connection) =>
      judge(modelConnectionRules, { ...connection, platform }, []),
    ),
    ...eachOf(buckets, ["buckets"], "the name of a bucket's objects", (bucket) =>
      judge(modelBucketRules, { ...bucket, platform }, []),
    ),
    ...eachOf(volumes, ["volumes"], "the name of a claim", (volume) =>
      judge(modelVolumeRules, { ...volume, platform }, []),
    ),
  ];
}

function monitoringFits({ monitoring, ...stack }: Args): Problem[] {
  if (monitoring === undefined) return [];
  const { userWorkloads, alerts, dashboards, runtimeMonitors, viewers } = monitoring;
  const monitor = runtimeMonitors && {
    ...runtimeMonitors,
    inferenceServiceName: "model",
    platform: { kind: "openshift-ai" as const, ...stackPlatform(stack) },
  };
  const monitorProblems = judge(runtimeMonitorRules, monitor, []).map(({ path, message }) =>
    path[0] === "inferenceServiceName"
      ? { path: [], message: "OpenShift AI makes a monitor of each model itself; leave these out" }
      : { path, message },
  );
  return within(
    ["monitoring"],
    [
      ...judge(userWorkloadMonitoringRules, userWorkloads, ["userWorkloads"]),
      ...judge(modelAlertsRules, alerts, ["alerts"]),
      ...judge(modelDashboardsRules, dashboards, ["dashboards"]),
      ...within(["runtimeMonitors"], monitorProblems),
      ...judge(metricsViewersRules, viewers, ["viewers"]),
    ],
  );
}

/** What a component's own rules say of its arguments; nothing of arguments that are not there. */
function judge<T>(rules: readonly SpecRule<T>[], args: Loose<T> | undefined, path: Path): Problem[] {
  if (args === undefined) return [];
  return within(
    path,
    rules.filter((rule) => !OF_STACK.includes(rule)).flatMap((rule) => rule(args)),
  );
}

/** @param what the names are, for those that must be names of objects */
function eachOf<T>(
  record: Record<string, T | undefined> | undefined,
  path: Path,
  what: string | undefined,
  problemsOf: (value: T, name: string) => Problem[],
): Problem[] {
  return Object.entries(record ?? {}).flatMap(([name, value]) => {
    const named = what === undefined ? undefined : dnsLabel(what).safeParse(name).error?.issues[0]?.message;
    return within([...path, name], [...at([], named), ...(value === undefined ? [] : problemsOf(value, name))]);
  });
}

/** The name of a part is its key in the stack. */
export function unnamed(problems: readonly Problem[]): Problem[] {
  return problems.map(({ path, message }) => (path[0] === "name" ? { path: [], message } : { path, message }));
}
