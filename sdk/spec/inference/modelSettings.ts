/** What every deployed model has, in a deployment of its own or in a stack. */
import type { Input } from "@pulumi/pulumi";
import type { HardwareProfileSpec } from "../profiles/hardwareProfile";
import type { ServingRuntimeSpec } from "../runtimes/servingRuntime";
import type { VllmSettings } from "../runtimes/vllm";
import { vllmSchema } from "../runtimes/vllm";
import { bytes, dnsLabel, flag, text } from "../schema/fields";
import { runtimeNameField } from "./inferenceService";
import type { ServiceSettings } from "./serviceSettings";
import { serviceShape } from "./serviceSettings";

/** What a deployed model has beyond {@link ServiceSettings}. */
export interface ModelSettings extends ServiceSettings {
  /** How vLLM serves this model; becomes arguments of the service, so that a change of them is awaited. */
  vllm?: VllmSettings;
  /** Serving image. Default: the catalogue's for hardware and platform version. */
  image?: Input<string>;
  /** Size of `/dev/shm`. Default: 2Gi, 16Gi for several accelerators, none without accelerators. */
  sharedMemory?: string;
  /** Name of a runtime that exists already, of the namespace or of the cluster. Default: a runtime of the model's own. */
  runtimeName?: Input<string>;
  /**
   * Runtime of the catalogue, such as `kserve-ovms`, of which the model gets a copy under its own name, as from the
   * dashboard's list of templates; see docs/catalog/serving-runtimes.md. Default: vLLM for the hardware; for a predictive
   * model the only runtime of the platform for its format and accelerator.
   */
  runtimeTemplate?: string;
  /**
   * File of a model on MLServer, below the model's folder, such as `trained/model.pkl`. Default: the well-known names of
   * the framework.
   */
  modelFile?: string;
  /** Name of a hardware profile that exists already; give `resources`, and accelerators, as well. */
  hardwareProfileName?: Input<string>;
  /** Namespace of that profile. Default: the platform's applications namespace. */
  hardwareProfileNamespace?: Input<string>;
  /**
   * Whether llm-d serves the model, as an LLMInferenceService, instead of a runtime. Generative models only.
   * Default: as `modelServing` says.
   */
  llmd?: boolean;
  /**
   * False: a start that the memory estimate refuses is only warned of, for those who have seen it start. Default: true.
   */
  refuseMisfit?: boolean;
}

/** The shape shared by ModelDeployment and the models of a stack. */
export const modelShape = {
  ...serviceShape,
  vllm: vllmSchema.prefault({}),
  image: text("an image reference").optional(),
  sharedMemory: bytes.optional(),
  runtimeName: runtimeNameField().optional(),
  runtimeTemplate: text("the name of a runtime of the catalogue").optional(),
  modelFile: text("the path of a file").optional(),
  hardwareProfileName: dnsLabel("the name of a hardware profile").optional(),
  hardwareProfileNamespace: dnsLabel("a namespace").optional(),
  llmd: flag.optional(),
  refuseMisfit: flag.default(true),
};

/** The other components a deployment builds on. */
export interface Surroundings {
  profile?: HardwareProfileSpec | undefined;
  runtime?: ServingRuntimeSpec | undefined;
}
