import type { KubernetesObject, Secret } from "../../sdk/kubernetes/core";
import { modelDeploymentRules, modelDeploymentSchema } from "../../sdk/spec/inference/modelDeployment";
import { networkPoliciesRules, networkPoliciesSchema } from "../../sdk/spec/exposure/networkPolicies";
import { kubeAiModelRules, kubeAiModelSchema, resolveKubeAiModel } from "../../sdk/spec/kubeai/kubeAiModel";
import { metricsViewersRules, metricsViewersSchema } from "../../sdk/spec/monitoring/metricsViewers";
import { modelAlertsRules, modelAlertsSchema } from "../../sdk/spec/monitoring/modelAlerts";
import { modelDashboardsRules, modelDashboardsSchema } from "../../sdk/spec/monitoring/modelDashboards";
import { runtimeMonitorRules, runtimeMonitorSchema } from "../../sdk/spec/monitoring/runtimeMonitor";
import {
  userWorkloadMonitoringRules,
  userWorkloadMonitoringSchema,
} from "../../sdk/spec/monitoring/userWorkloadMonitoring";
import {
  hardwareProfileRules,
  hardwareProfileSchema,
  resolveHardwareProfile,
} from "../../sdk/spec/profiles/hardwareProfile";
import {
  resolveServingRuntime,
  servingRuntimeRules,
  servingRuntimeSchema,
} from "../../sdk/spec/runtimes/servingRuntime";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { ownSettings } from "../../sdk/spec/stack/stackModels";
import type { ServingStackSpec } from "../../sdk/spec/stack/servingStack";
import { modelConnectionRules, modelConnectionSchema } from "../../sdk/spec/storage/modelConnection";
import { modelVolumeRules, modelVolumeSchema } from "../../sdk/spec/storage/modelVolume";
import { networkPoliciesManifests } from "../exposure/networkPoliciesManifests";
import { modelDeploymentManifests } from "../inference/modelDeploymentManifests";
import { kubeAiModelManifest } from "../kubeai/kubeAiModelManifest";
import { metricsViewersManifest } from "../monitoring/metricsViewers";
import { modelAlertsManifest } from "../monitoring/modelAlertsManifest";
import { modelDashboardsManifests } from "../monitoring/modelDashboardsManifests";
import { runtimeMonitorManifest } from "../monitoring/runtimeMonitorManifest";
import { userWorkloadMonitoringManifests } from "../monitoring/userWorkloadMonitoringManifests";
import { hardwareProfileManifest } from "../profiles/hardwareProfileManifest";
import { runtimeManifest } from "../runtimes/runtimeManifest";
import { secretEnvironmentManifest } from "../secretEnvironment";
import {
  connectionData,
  connectionSecret,
  connectionServiceAccount,
  storageConfigSecret,
  storageEntry,
} from "../storage/modelConnectionManifests";
import { fillJob, volumeClaim } from "../storage/modelVolumeManifests";
import { joined, platformRendering, type Rendering } from "./platformManifests";
import {
  alertArguments,
  kubeAiArguments,
  modelArguments,
  monitorArguments,
  namespaceManifest,
  networkPolicyArguments,
  profileArguments,
  runtimeArguments,
  volumeArguments,
  connectionArguments,
} from "./stackArguments";

/**
 * Every object that a ServingStack makes, in stand-up order: for clients that cannot run Pulumi.
 * @requirement MP-1
 */
export function stackManifests(spec: ServingStackSpec): KubernetesObject[] {
  return stackRendering(spec).objects;
}

/** The objects of a stack, and the names of what only Pulumi can make: Helm releases, and everything in AWS. */
export function stackRendering(spec: ServingStackSpec): Rendering {
  const namespace = namespaceManifest(spec);
  const buckets = Object.keys(spec.buckets).map((name) => `buckets.${name}: everything in AWS, and who reads it`);
  return joined([
    { objects: namespace === undefined ? [] : [namespace], notRendered: [] },
    platformRendering(spec),
    { objects: [...storageObjects(spec), ...profileObjects(spec), ...runtimeObjects(spec)], notRendered: buckets },
    { objects: [...modelObjects(spec), ...kubeAiObjects(spec)], notRendered: [] },
    { objects: watchObjects(spec), notRendered: keysOf(spec) },
  ]);
}

function storageObjects(spec: ServingStackSpec): KubernetesObject[] {
  const connections = connectionArguments(spec).flatMap(([name, args]) => {
    const connection = { ...parseSpec(modelConnectionSchema, modelConnectionRules, args, name), name };
    const { s3, huggingFace, storageConfig } = connection;
    const entry = s3 === undefined || storageConfig !== "create" ? [] : [{ [name]: storageEntry(s3) }];
    return [
      { ...connectionSecret(connection), data: encoded(connectionData(connection)) },
      ...entry.map((data) => ({ ...storageConfigSecret(connection), data: encoded(data) })),
      ...(s3 === undefined && huggingFace === undefined ? [] : [connectionServiceAccount(connection)]),
    ];
  });
  const volumes = volumeArguments(spec).flatMap(([name, args]) => {
    const volume = { ...parseSpec(modelVolumeSchema, modelVolumeRules, args, name), name };
    return [volumeClaim(volume), ...(volume.fill === undefined ? [] : [fillJob(volume, volume.fill)])];
  });
  return [...connections, ...volumes];
}

function encoded(texts: Readonly<Record<string, string>>): NonNullable<Secret["data"]> {
  const entries = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return Object.fromEntries(entries) as Record<string, string>;
}

function profileObjects(spec: ServingStackSpec): KubernetesObject[] {
  return profileArguments(spec)
    .map(([name, args]) =>
      resolveHardwareProfile(name, parseSpec(hardwareProfileSchema, hardwareProfileRules, args, name)),
    )
    .filter(({ hasObject }) => hasObject)
    .map(hardwareProfileManifest);
}

function runtimeObjects(spec: ServingStackSpec): KubernetesObject[] {
  return runtimeArguments(spec).map(([name, args]) =>
    runtimeManifest(resolveServingRuntime(name, parseSpec(servingRuntimeSchema, servingRuntimeRules, args, name))),
  );
}

function modelObjects(spec: ServingStackSpec): KubernetesObject[] {
  return modelArguments(spec).flatMap(({ name, args, parts }) => {
    const settings = ownSettings(args, parts);
    const model = parseSpec(modelDeploymentSchema, modelDeploymentRules(name, parts), settings, name);
    return modelDeploymentManifests(name, model, parts);
  });
}

function kubeAiObjects(spec: ServingStackSpec): KubernetesObject[] {
  return kubeAiArguments(spec).flatMap(([name, args]) => {
    const model = resolveKubeAiModel(name, parseSpec(kubeAiModelSchema, kubeAiModelRules(name), args, name));
    const secrets = args.secrets ?? {};
    const secret =
      Object.keys(secrets).length === 0 ? [] : [{ ...secretEnvironmentManifest(model), stringData: secrets }];
    return [...secret, kubeAiModelManifest(model)];
  });
}

function watchObjects(spec: ServingStackSpec): KubernetesObject[] {
  const { userWorkloads, dashboards, viewers } = spec.monitoring ?? {};
  const name = "serving";
  return [
    ...networkPolicyArguments(spec).flatMap(([model, args]) =>
      networkPoliciesManifests({
        ...parseSpec(networkPoliciesSchema, networkPoliciesRules(model), args, model),
        name: model,
      }),
    ),
    ...(userWorkloads?.provision === "create"
      ? userWorkloadMonitoringManifests(
          parseSpec(userWorkloadMonitoringSchema, userWorkloadMonitoringRules, userWorkloads, "userWorkloads"),
        )
      : []),
    ...monitorArguments(spec).map(([model, args]) =>
      runtimeMonitorManifest({ ...parseSpec(runtimeMonitorSchema, runtimeMonitorRules, args, model), name: model }),
    ),
    ...alertArguments(spec).map(([model, args]) =>
      modelAlertsManifest({ ...parseSpec(modelAlertsSchema, modelAlertsRules, args, model), name: model }),
    ),
    ...(dashboards === undefined ? [] : dashboardObjects(`${name}-dashboards`, dashboards)),
    ...(viewers === undefined ? [] : [viewersObject(spec, `${name}-metrics-viewers`, viewers)]),
  ];
}

function dashboardObjects(name: string, args: object): KubernetesObject[] {
  const spec = parseSpec(modelDashboardsSchema, modelDashboardsRules, args, name);
  return modelDashboardsManifests({ ...spec, name: spec.name ?? name });
}

function viewersObject({ namespace }: ServingStackSpec, name: string, settings: object): KubernetesObject {
  const args = { ...settings, name, namespace: namespace.name };
  return metricsViewersManifest({ ...parseSpec(metricsViewersSchema, metricsViewersRules, args, name), name });
}

/** Keys that are made on the way. */
function keysOf(spec: ServingStackSpec): string[] {
  return modelArguments(spec)
    .filter(({ args: { exposure } }) => exposure?.auth === "apiKey" && exposure.apiKeySecretName === undefined)
    .map(({ name }) => `models.${name}: the key that its callers show; it is random`);
}
