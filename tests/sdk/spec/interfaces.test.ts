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
  Exposure,
  RolloutStrategy,
  ServiceSettings,
} from "../../../sdk/spec/inference/serviceSettings";
import type {
  autoscalingSchema,
  exposureSchema,
  serviceSettingsSchema,
} from "../../../sdk/spec/inference/serviceSettings";
import type { strategySchema } from "../../../sdk/spec/inference/serviceSettings";
import type { ServingRuntimeArgs, servingRuntimeSchema } from "../../../sdk/spec/runtimes/servingRuntime";
import type {
  ServingStackArgs,
  servingStackSchema,
  StackModel,
  stackModelSchema,
} from "../../../sdk/spec/stack/servingStack";
import type { VllmSettings, vllmSchema } from "../../../sdk/spec/runtimes/vllm";
import type { ServeExposure, serveExposureSchema } from "../../../sdk/spec/digitalhub/exposure";
import type { HuggingFaceServeArgs, huggingFaceServeSchema } from "../../../sdk/spec/digitalhub/huggingFaceServe";
import type {
  KubeAiSpeechArgs,
  kubeAiSpeechSchema,
  KubeAiTextArgs,
  kubeAiTextSchema,
} from "../../../sdk/spec/digitalhub/kubeAi";
import type { VllmServeArgs, vllmServeSchema } from "../../../sdk/spec/digitalhub/vllmServe";
import type { KubeAiModelArgs, kubeAiModelSchema } from "../../../sdk/spec/kubeai/kubeAiModel";
import type { LoadBalancing, loadBalancingSchema } from "../../../sdk/spec/kubeai/scaling";

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
  huggingFaceServe: true satisfies Agree<typeof huggingFaceServeSchema, HuggingFaceServeArgs>,
  kubeAiModel: true satisfies Agree<typeof kubeAiModelSchema, KubeAiModelArgs>,
  kubeAiSpeech: true satisfies Agree<typeof kubeAiSpeechSchema, KubeAiSpeechArgs>,
  kubeAiText: true satisfies Agree<typeof kubeAiTextSchema, KubeAiTextArgs>,
  loadBalancing: true satisfies Agree<typeof loadBalancingSchema, LoadBalancing>,
  serveExposure: true satisfies Agree<typeof serveExposureSchema, ServeExposure>,
  vllmServe: true satisfies Agree<typeof vllmServeSchema, VllmServeArgs>,
  hardwareProfileSettings: true satisfies Agree<typeof hardwareProfileSettingsSchema, HardwareProfileSettings>,
  inferenceService: true satisfies Agree<typeof inferenceServiceSchema, InferenceServiceArgs>,
  modelDeployment: true satisfies Agree<typeof modelDeploymentSchema, ModelDeploymentSettings>,
  modelSource: true satisfies Agree<typeof modelSourceSchema, ModelSource>,
  platform: true satisfies Agree<typeof platformSchema, Platform>,
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
