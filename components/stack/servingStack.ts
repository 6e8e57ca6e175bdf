import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ServingStackArgs } from "../../sdk/spec/stack/servingStack";
import { servingStackRules, servingStackSchema } from "../../sdk/spec/stack/servingStack";
import { childOf } from "../children";
import type { ModelDeploymentArgs } from "../inference/modelDeployment";
import { ModelDeployment } from "../inference/modelDeployment";
import { HardwareProfile } from "../profiles/hardwareProfile";
import type { HardwareProfileArgs } from "../../sdk/spec/profiles/hardwareProfile";
import { specify } from "../specification";
import { modelArguments, namespaceManifest, profileArguments } from "./stackArguments";

const TYPE = "model-serving:index:ServingStack";

/** What is known of one model of a stack. */
export interface StackModelOutputs {
  /** Address from outside; undefined for a model that is not exposed. */
  url?: string;
  /** Address inside the cluster. */
  internalUrl: string;
  /** Prefix of the OpenAI API below either address. */
  apiPath: string;
  /** What callers write as `model`. */
  modelName: string;
  namespace: string;
  /** Service that KServe makes for the model. */
  serviceName: string;
  /** Runtime that serves the model. */
  runtime: string;
  /** Hardware profile of the stack that the model runs on. */
  hardwareProfile?: string;
  /** A command that asks the model something. */
  testCommand: string;
}

/**
 * Everything a serving platform needs for its models, from hardware profiles to addresses.
 *
 * What it makes is also written down plainly, in `stackManifests.ts`; a test holds the two together.
 */
export class ServingStack extends pulumi.ComponentResource {
  /** The models by name. */
  readonly models: pulumi.Output<Record<string, StackModelOutputs>>;

  /** @throws RunError with everything that is wrong with the arguments; nothing is created then */
  constructor(name: string, args: ServingStackArgs, opts?: pulumi.ComponentResourceOptions) {
    const { spec, restore } = specify(
      servingStackSchema,
      servingStackRules,
      args,
      `ServingStack ${JSON.stringify(name)}`,
    );
    super(TYPE, name, args, opts);
    const child = childOf(this, opts);
    const own = namespaceManifest(spec);
    const namespace =
      own === undefined
        ? pulumi.output(spec.namespace.name)
        : new k8s.core.v1.Namespace(name, { metadata: own.metadata }, child).metadata.name;

    const profiles = new Map(
      profileArguments(spec).map(([profileName, profileArgs]) => [
        profileName,
        new HardwareProfile(`${name}-${profileName}`, profileArgs as HardwareProfileArgs, child),
      ]),
    );
    const models = modelArguments(spec, spec.namespace.name).map(
      ({ name: modelName, hardwareProfile, args: settings }) => {
        const profile = hardwareProfile === undefined ? undefined : profiles.get(hardwareProfile);
        const deployment = new ModelDeployment(
          `${name}-${modelName}`,
          {
            ...(restore(settings) as ModelDeploymentArgs),
            namespace,
            ...(profile === undefined ? {} : { hardwareProfile: profile }),
          },
          child,
        );
        return [modelName, outputsOf(deployment, hardwareProfile)] as const;
      },
    );
    this.models = pulumi.output(Object.fromEntries(models));
    this.registerOutputs({ models: this.models });
  }
}

function outputsOf(deployment: ModelDeployment, hardwareProfile: string | undefined): pulumi.Output<StackModelOutputs> {
  const { url, internalUrl, apiPath, modelName, namespace, serviceName, runtime, testCommand } = deployment;
  return pulumi.all({ url, internalUrl, apiPath, modelName, namespace, serviceName, runtime, testCommand }).apply(
    ({ url: address, ...facts }) =>
      ({
        ...facts,
        ...(address === undefined ? {} : { url: address }),
        ...(hardwareProfile === undefined ? {} : { hardwareProfile }),
      }) as StackModelOutputs,
  );
}
