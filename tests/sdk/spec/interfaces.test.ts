import assert from "node:assert/strict";
import type { z } from "zod";
import type { HardwareProfileArgs, HardwareProfileSettings } from "../../../sdk/spec/profiles/hardwareProfile";
import type { hardwareProfileSchema, hardwareProfileSettingsSchema } from "../../../sdk/spec/profiles/hardwareProfile";
import type { InferenceServiceArgs, inferenceServiceSchema } from "../../../sdk/spec/inference/inferenceService";
import type { ModelDeploymentSettings, modelDeploymentSchema } from "../../../sdk/spec/inference/modelDeployment";
import type { ModelSource, modelSourceSchema } from "../../../sdk/spec/storage/modelSource";
import type { Plain } from "../../../sdk/spec/schema/plain";
import type { Platform, platformSchema } from "../../../sdk/spec/platform/platform";
import type {
  EnvironmentVariable,
  NodeToleration,
  ResourceAmounts,
  ResourceSettings,
} from "../../../sdk/spec/schema/pods";
import type {
  amountsSchema,
  environmentSchema,
  resourcesSchema,
  tolerationSchema,
} from "../../../sdk/spec/schema/pods";
import type { RouteArgs, routeSchema } from "../../../sdk/spec/exposure/route";
import type {
  Autoscaling,
  autoscalingSchema,
  PrometheusMetric,
  prometheusMetricSchema,
} from "../../../sdk/spec/inference/autoscaling";
import type { Exposure, RolloutStrategy, ServiceSettings } from "../../../sdk/spec/inference/serviceSettings";
import type { exposureSchema, serviceSettingsSchema } from "../../../sdk/spec/inference/serviceSettings";
import type { strategySchema } from "../../../sdk/spec/inference/serviceSettings";
import type { ServingRuntimeArgs, servingRuntimeSchema } from "../../../sdk/spec/runtimes/servingRuntime";
import type {
  ServingStackArgs,
  servingStackSchema,
  StackModel,
  stackModelSchema,
} from "../../../sdk/spec/stack/servingStack";
import type {
  LlmInferenceServiceArgs,
  llmInferenceServiceSchema,
  LlmRouter,
  llmRouterSchema,
} from "../../../sdk/spec/inference/llmInferenceService";
import type {
  LlmParallelism,
  llmPodSchema,
  LlmPodSettings,
  LlmScaling,
  llmScalingSchema,
  llmWorkloadSchema,
  LlmWorkloadSettings,
  parallelismSchema,
} from "../../../sdk/spec/inference/llmWorkload";
import type { ModelServingDefaults, modelServingSchema } from "../../../sdk/spec/inference/deploymentSettings";
import type { VllmSettings, vllmSchema } from "../../../sdk/spec/runtimes/vllm";

/** Whether a schema accepts what the interface allows, nothing more and nothing less, key by key. */
type Agree<Schema extends z.ZodType, Interface> = [z.input<Schema>, keyof z.input<Schema>] extends [
  Plain<Interface>,
  keyof Interface,
]
  ? [Plain<Interface>, keyof Interface] extends [z.input<Schema>, keyof z.input<Schema>]
    ? true
    : false
  : false;

/** Does not compile when one of the pairs disagrees. */
const agreements = {
  autoscaling: true satisfies Agree<typeof autoscalingSchema, Autoscaling>,
  environment: true satisfies Agree<typeof environmentSchema, EnvironmentVariable>,
  exposure: true satisfies Agree<typeof exposureSchema, Exposure>,
  hardwareProfile: true satisfies Agree<typeof hardwareProfileSchema, HardwareProfileArgs>,
  hardwareProfileSettings: true satisfies Agree<typeof hardwareProfileSettingsSchema, HardwareProfileSettings>,
  inferenceService: true satisfies Agree<typeof inferenceServiceSchema, InferenceServiceArgs>,
  llmInferenceService: true satisfies Agree<typeof llmInferenceServiceSchema, LlmInferenceServiceArgs>,
  llmParallelism: true satisfies Agree<typeof parallelismSchema, LlmParallelism>,
  llmPod: true satisfies Agree<typeof llmPodSchema, LlmPodSettings>,
  llmRouter: true satisfies Agree<typeof llmRouterSchema, LlmRouter>,
  llmScaling: true satisfies Agree<typeof llmScalingSchema, LlmScaling>,
  llmWorkload: true satisfies Agree<typeof llmWorkloadSchema, LlmWorkloadSettings>,
  modelServing: true satisfies Agree<typeof modelServingSchema, ModelServingDefaults>,
  modelDeployment: true satisfies Agree<typeof modelDeploymentSchema, ModelDeploymentSettings>,
  modelSource: true satisfies Agree<typeof modelSourceSchema, ModelSource>,
  platform: true satisfies Agree<typeof platformSchema, Platform>,
  prometheusMetric: true satisfies Agree<typeof prometheusMetricSchema, PrometheusMetric>,
  resourceAmounts: true satisfies Agree<typeof amountsSchema, ResourceAmounts>,
  resources: true satisfies Agree<typeof resourcesSchema, ResourceSettings>,
  route: true satisfies Agree<typeof routeSchema, RouteArgs>,
  service: true satisfies Agree<typeof serviceSettingsSchema, ServiceSettings>,
  servingRuntime: true satisfies Agree<typeof servingRuntimeSchema, ServingRuntimeArgs>,
  servingStack: true satisfies Agree<typeof servingStackSchema, ServingStackArgs>,
  stackModel: true satisfies Agree<typeof stackModelSchema, StackModel>,
  strategy: true satisfies Agree<typeof strategySchema, RolloutStrategy>,
  toleration: true satisfies Agree<typeof tolerationSchema, NodeToleration>,
  vllm: true satisfies Agree<typeof vllmSchema, VllmSettings>,
};

/** The check itself tells a missing key, a key too many and a wrong type apart from agreement. */
const disagreements = {
  keyMissing: false satisfies Agree<typeof amountsSchema, ResourceAmounts & { pods?: number }>,
  keyTooMany: false satisfies Agree<typeof amountsSchema, Pick<ResourceAmounts, "cpu">>,
  otherType: false satisfies Agree<typeof amountsSchema, { cpu?: string; memory?: string }>,
  required: false satisfies Agree<typeof amountsSchema, Required<ResourceAmounts>>,
};

describe("hand-written interfaces", () => {
  it("agree with the schemas that read them", () => {
    assert.deepEqual([...new Set(Object.values(agreements))], [true]);
    assert.deepEqual([...new Set(Object.values(disagreements))], [false]);
  });
});
