/** One set of arguments that is right, and no longer than it must be, for every component of the package. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import * as index from "../../../index";
import { acceleratorsSchema } from "../../../sdk/spec/accelerators/accelerators";
import { huggingFaceServeSchema } from "../../../sdk/spec/digitalhub/huggingFaceServe";
import { kubeAiSpeechSchema, kubeAiTextSchema } from "../../../sdk/spec/digitalhub/kubeAi";
import { vllmServeSchema } from "../../../sdk/spec/digitalhub/vllmServe";
import { apiKeySchema } from "../../../sdk/spec/exposure/apiKey";
import { httpRouteSchema } from "../../../sdk/spec/exposure/httpRoute";
import { ingressSchema } from "../../../sdk/spec/exposure/ingress";
import { networkPoliciesSchema } from "../../../sdk/spec/exposure/networkPolicies";
import { routeSchema } from "../../../sdk/spec/exposure/route";
import { inferenceServiceSchema } from "../../../sdk/spec/inference/inferenceService";
import { llmInferenceServiceSchema } from "../../../sdk/spec/inference/llmInferenceService";
import { modelDeploymentSchema } from "../../../sdk/spec/inference/modelDeployment";
import { kubeAiModelSchema } from "../../../sdk/spec/kubeai/kubeAiModel";
import { metricsViewersSchema } from "../../../sdk/spec/monitoring/metricsViewers";
import { modelAlertsSchema } from "../../../sdk/spec/monitoring/modelAlerts";
import { modelDashboardsSchema } from "../../../sdk/spec/monitoring/modelDashboards";
import { runtimeMonitorSchema } from "../../../sdk/spec/monitoring/runtimeMonitor";
import { userWorkloadMonitoringSchema } from "../../../sdk/spec/monitoring/userWorkloadMonitoring";
import { warmUpSchema } from "../../../sdk/spec/monitoring/warmUp";
import { kserveSchema } from "../../../sdk/spec/platform/kserve";
import { kubeAISchema } from "../../../sdk/spec/platform/kubeAI";
import { nimSchema } from "../../../sdk/spec/platform/nim";
import { openShiftAISchema } from "../../../sdk/spec/platform/openShiftAI";
import { queuesSchema } from "../../../sdk/spec/platform/queues";
import { hardwareProfileSchema } from "../../../sdk/spec/profiles/hardwareProfile";
import { servingRuntimeSchema } from "../../../sdk/spec/runtimes/servingRuntime";
import { servingStackSchema } from "../../../sdk/spec/stack/servingStack";
import { bucketClaimSchema } from "../../../sdk/spec/storage/bucketClaim";
import { localModelCacheSchema } from "../../../sdk/spec/storage/localModelCache";
import { modelBucketSchema } from "../../../sdk/spec/storage/modelBucket";
import { modelConnectionSchema } from "../../../sdk/spec/storage/modelConnection";
import { modelServiceAccountSchema } from "../../../sdk/spec/storage/modelServiceAccount";
import { modelVolumeSchema } from "../../../sdk/spec/storage/modelVolume";

/** A component as a program in JavaScript may call it: with anything. */
type AnyComponent = new (
  name: string,
  args: unknown,
  opts?: pulumi.ComponentResourceOptions,
) => pulumi.ComponentResource;

/** A component, what reads its arguments, and arguments that are right. */
export interface Subject {
  create: AnyComponent;
  keys: readonly string[];
  right: Readonly<Record<string, unknown>>;
}

const OF_MODEL = { namespace: "models", inferenceServiceName: "granite" };
const SOURCE = { source: { huggingFace: "ibm-granite/granite-3.1-8b-instruct" } };

const RIGHT: Readonly<Record<string, readonly [schema: z.ZodObject, right: Record<string, unknown>]>> = {
  Accelerators: [acceleratorsSchema, { operators: [{ vendor: "nvidia" }] }],
  ApiKey: [apiKeySchema, { namespace: "models", serviceName: "granite" }],
  BucketClaim: [bucketClaimSchema, { namespace: "models", storageClassName: "openshift-storage.noobaa.io" }],
  HardwareProfile: [hardwareProfileSchema, { cpu: 2, memory: "8Gi" }],
  HttpRoute: [
    httpRouteSchema,
    { namespace: "models", serviceName: "granite", port: 8080, gateway: { name: "gateway" } },
  ],
  HuggingFaceServe: [
    huggingFaceServeSchema,
    { namespace: "models", task: "sequence_classification", path: "hf://distilbert/distilbert-base-uncased" },
  ],
  InferenceService: [inferenceServiceSchema, { namespace: "models", runtimeName: "granite", ...SOURCE }],
  Ingress: [
    ingressSchema,
    {
      namespace: "models",
      serviceName: "granite",
      port: 8080,
      className: "nginx",
      hostnames: ["granite.example.com"],
      tlsSecretName: "granite-tls",
    },
  ],
  KServe: [kserveSchema, {}],
  KubeAI: [kubeAISchema, {}],
  KubeAiModel: [
    kubeAiModelSchema,
    { namespace: "models", url: "hf://org/model", engine: "VLLM", resourceProfile: "nvidia-gpu-l4:1" },
  ],
  KubeAiSpeech: [
    kubeAiSpeechSchema,
    { namespace: "models", url: "hf://Systran/faster-whisper-medium-en", profile: "cpu" },
  ],
  KubeAiText: [
    kubeAiTextSchema,
    { namespace: "models", url: "hf://org/model", engine: "VLLM", profile: "nvidia-gpu-l4" },
  ],
  LlmInferenceService: [llmInferenceServiceSchema, { namespace: "models", ...SOURCE }],
  LocalModelCache: [localModelCacheSchema, { ...SOURCE, modelSize: "20Gi", nodeGroupNames: ["workers"] }],
  MetricsViewers: [metricsViewersSchema, { namespace: "models", users: ["ann"] }],
  ModelAlerts: [modelAlertsSchema, OF_MODEL],
  ModelBucket: [modelBucketSchema, { region: "eu-central-1" }],
  ModelConnection: [modelConnectionSchema, { namespace: "models", huggingFace: { token: "hf_right" } }],
  ModelDashboards: [modelDashboardsSchema, { namespace: "grafana" }],
  ModelDeployment: [modelDeploymentSchema, { namespace: "models", accelerator: "NVIDIA-L4", ...SOURCE }],
  ModelServiceAccount: [modelServiceAccountSchema, { namespace: "models", secrets: ["token"] }],
  ModelVolume: [modelVolumeSchema, { namespace: "models", size: "20Gi" }],
  NetworkPolicies: [networkPoliciesSchema, OF_MODEL],
  NimPlatform: [nimSchema, { namespace: "models", apiKeySecret: "ngc" }],
  OpenShiftAI: [openShiftAISchema, {}],
  Queues: [queuesSchema, { flavors: { cpu: {} }, clusterQueues: { all: { quotas: { cpu: { cpu: 8 } } } } }],
  Route: [routeSchema, OF_MODEL],
  RuntimeMonitor: [runtimeMonitorSchema, OF_MODEL],
  ServingRuntime: [servingRuntimeSchema, { namespace: "models" }],
  ServingStack: [servingStackSchema, { models: { granite: { accelerator: "NVIDIA-L4", ...SOURCE } } }],
  UserWorkloadMonitoring: [userWorkloadMonitoringSchema, { provision: "create" }],
  VllmServe: [vllmServeSchema, { namespace: "models", url: "hf://org/model", accelerator: "NVIDIA-L4" }],
  WarmUp: [
    warmUpSchema,
    { namespace: "models", url: "http://granite-predictor.models.svc.cluster.local", modelName: "granite" },
  ],
};

/** Names of all classes that the package exports and that are components, as found in it. */
export function exportedComponents(): string[] {
  return Object.entries(index)
    .filter(([, value]) => isComponent(value))
    .map(([name]) => name)
    .sort();
}

function isComponent(value: unknown): boolean {
  return typeof value === "function" && value.prototype instanceof pulumi.ComponentResource;
}

/** Names of the components that have arguments here. */
export const SUBJECTS: readonly string[] = Object.keys(RIGHT).sort();

/** @throws Error when there is none of that name */
export function subject(name: string): Subject {
  const [schema, right] = RIGHT[name] ?? [];
  const create = (index as unknown as Record<string, AnyComponent>)[name];
  if (schema === undefined || right === undefined || create === undefined) throw new Error(`no component ${name}`);
  return { create, keys: Object.keys(schema.shape), right };
}
