import * as pulumi from "@pulumi/pulumi";
import type { InferenceServiceArgs } from "../../sdk/spec/inference/inferenceService";
import type { ModelDeploymentSettings } from "../../sdk/spec/inference/modelDeployment";
import { modelDeploymentRules, modelDeploymentSchema } from "../../sdk/spec/inference/modelDeployment";
import type { ServingRuntimeArgs } from "../../sdk/spec/runtimes/servingRuntime";
import type { ModelConnection } from "../storage/modelConnection";
import type { ModelVolume } from "../storage/modelVolume";
import { wholeSource } from "../storage/wholeSource";
import { childOf } from "../children";
import type { HardwareProfile } from "../profiles/hardwareProfile";
import { specOfProfile } from "../profiles/hardwareProfile";
import { ServingRuntime, specOfRuntime } from "../runtimes/servingRuntime";
import { specify } from "../specification";
import { InferenceService } from "./inferenceService";
import { modelDeploymentParts } from "./modelDeploymentParts";

const TYPE = "model-serving:index:ModelDeployment";

/** Arguments of the ModelDeployment component. */
export interface ModelDeploymentArgs extends ModelDeploymentSettings {
  /** Hardware the model runs on. Excludes `hardwareProfileName` and `accelerator`. */
  hardwareProfile?: HardwareProfile;
  /** Runtime shared with other models. Excludes `runtimeName`. Default: a runtime of the model's own. */
  runtime?: ServingRuntime;
  /** Connection that the model comes by. Excludes `source.connection`; `source` holds the path, or the image. */
  connection?: ModelConnection;
  /** Volume that the model lies on. Excludes all of `source` but `path`, which then is a path on the volume. */
  volume?: ModelVolume;
}

/**
 * A model in service: a runtime and an InferenceService of one name, on one kind of hardware.
 *
 * The profile's resources, node labels and tolerations are written into the service, so what runs is what the program
 * says, with or without the platform's admission; all accelerators of a replica are put to use; and deployment mode,
 * rollout strategy, time limits and the wait for readiness are always explicit.
 */
export class ModelDeployment extends pulumi.ComponentResource {
  /** Address from outside, as the platform reports it; undefined for a model that is not exposed. */
  readonly url: pulumi.Output<string | undefined>;
  /** Address inside the cluster. */
  readonly internalUrl: pulumi.Output<string>;
  /** Service that KServe makes for the model. */
  readonly serviceName: pulumi.Output<string>;
  /** Prefix of the server's API below either address: OpenAI's, or the Open Inference Protocol's. */
  readonly apiPath: pulumi.Output<string>;
  /** What callers write as `model`. */
  readonly modelName: pulumi.Output<string>;
  /** Namespace of all objects. */
  readonly namespace: pulumi.Output<string>;
  /** Runtime that serves the model. */
  readonly runtime: pulumi.Output<string>;
  /** Secrets with the tokens that callers need; empty without token authentication. */
  readonly tokenSecrets: pulumi.Output<string[]>;
  /** Secret with the key that callers need; undefined without authentication by key. */
  readonly apiKeySecret: pulumi.Output<string | undefined>;
  /** A command that asks the model something. */
  readonly testCommand: pulumi.Output<string>;
  /** A command that brings the model to port 8080 of the machine it runs on. */
  readonly portForwardCommand: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ModelDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    const { hardwareProfile, runtime: sharedRuntime, connection, volume, ...rest } = args;
    const settings = { ...rest, source: wholeSource(name, rest, { connection, volume }) };
    const surroundings = {
      profile: hardwareProfile === undefined ? undefined : specOfProfile(hardwareProfile),
      runtime: sharedRuntime === undefined ? undefined : specOfRuntime(sharedRuntime),
    };
    const subject = `ModelDeployment ${JSON.stringify(name)}`;
    const rules = modelDeploymentRules(name, surroundings);
    const { spec, restore } = specify(modelDeploymentSchema, rules, settings, subject);
    super(TYPE, name, args, opts);

    const parts = modelDeploymentParts(spec.name ?? name, spec, surroundings);
    const child = childOf(this, opts);
    const runtime =
      parts.runtime === undefined
        ? sharedRuntime
        : new ServingRuntime(name, restore(parts.runtime) as ServingRuntimeArgs, child);
    const before = [hardwareProfile, runtime, connection, volume].filter((component) => component !== undefined);
    const service = new InferenceService(
      name,
      restore(parts.service) as InferenceServiceArgs,
      pulumi.mergeOptions(child, { dependsOn: before }),
    );

    this.url = service.url;
    this.internalUrl = service.internalUrl;
    this.serviceName = service.serviceName;
    this.apiPath = service.apiPath;
    this.modelName = service.modelName;
    this.namespace = service.namespace;
    this.runtime = service.runtime;
    this.tokenSecrets = service.tokenSecrets;
    this.apiKeySecret = service.apiKeySecret;
    this.testCommand = service.testCommand;
    this.portForwardCommand = service.portForwardCommand;
    this.registerOutputs({
      url: this.url,
      internalUrl: this.internalUrl,
      serviceName: this.serviceName,
      apiPath: this.apiPath,
      modelName: this.modelName,
      namespace: this.namespace,
      runtime: this.runtime,
      tokenSecrets: this.tokenSecrets,
      apiKeySecret: this.apiKeySecret,
      testCommand: this.testCommand,
      portForwardCommand: this.portForwardCommand,
    });
  }
}
