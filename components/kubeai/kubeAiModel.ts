import * as pulumi from "@pulumi/pulumi";
import { openAiTestCommand } from "../../sdk/spec/kubeai/openAiRequest";
import { kubeAiApis } from "../../sdk/spec/kubeai/features";
import type { KubeAiModelArgs, KubeAiModelSpec } from "../../sdk/spec/kubeai/kubeAiModel";
import { kubeAiModelRules, kubeAiModelSchema, resolveKubeAiModel } from "../../sdk/spec/kubeai/kubeAiModel";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { coverSecrets, secretEnvironment } from "../secretEnvironment";
import { specify } from "../specification";
import { immutableFields, kubeAiModelManifest } from "./kubeAiModelManifest";

const TYPE = "model-serving:index:KubeAiModel";

/** What is served, as the platforms list it. */
export interface ServedModel {
  engine: string;
  features: string[];
  /** Place the base model is loaded from. */
  url: string;
}

/**
 * A model that KubeAI serves: a Model, and a Secret for its secret variables. There is no Service of its own: all
 * models answer under the one address of KubeAI, told apart by the `model` of the request.
 *
 * @requirement DH-2, DH-14
 */
export class KubeAiModel extends pulumi.ComponentResource {
  /** Base URL for OpenAI clients. */
  readonly baseUrl: pulumi.Output<string>;
  /** What callers write as `model` for the base model. */
  readonly modelName: pulumi.Output<string>;
  /** What callers write as `model` for each adapter: `<model>_<adapter>`. */
  readonly adapterModelNames: pulumi.Output<string[]>;
  /** Full addresses of the APIs that answer for this model. */
  readonly apis: pulumi.Output<string[]>;
  /** Engine, features and base model. */
  readonly served: pulumi.Output<ServedModel>;
  /** Namespace of the Model. */
  readonly namespace: pulumi.Output<string>;
  /** A command that asks the model something. */
  readonly testCommand: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: KubeAiModelArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plain, covered } = coverSecrets(args);
    const subject = `KubeAiModel ${JSON.stringify(name)}`;
    const { spec, restore } = specify(kubeAiModelSchema, kubeAiModelRules(name), plain, subject);
    super(TYPE, name, covered, opts);

    const model = resolveKubeAiModel(name, spec);
    const child = childOf(this, opts);
    const namespace = pulumi.output(restore(model.namespace));
    const secret = secretEnvironment(name, { name: model.name, namespace }, args.secrets, child);
    const patience = `${model.readyTimeoutSeconds}s`;
    createObject(
      name,
      restoreManifest(kubeAiModelManifest(model), restore),
      pulumi.mergeOptions(child, {
        customTimeouts: { create: patience, update: patience },
        replaceOnChanges: immutableFields(model),
        // The autoscaler writes the number of pods; ours is where it starts.
        ...(!model.autoscalingDisabled && { ignoreChanges: ["spec.replicas"] }),
        ...(secret !== undefined && { dependsOn: [secret] }),
      }),
    );

    this.baseUrl = pulumi.output(restore(model.endpoint ?? usualEndpoint(model)));
    this.modelName = pulumi.output(model.name);
    this.adapterModelNames = pulumi.output((model.adapters ?? []).map((adapter) => `${model.name}_${adapter.name}`));
    this.apis = this.baseUrl.apply((base) =>
      kubeAiApis(model.features).map((path) => base.replace(/\/v1\/?$/, "") + path),
    );
    this.served = pulumi.output(restore({ engine: model.engine, features: model.features, url: model.url }));
    this.namespace = namespace;
    this.testCommand = pulumi
      .all([this.apis, namespace])
      .apply(([[api = ""], place]) => openAiTestCommand(model.name, place, model.name, api));
    this.registerOutputs({
      baseUrl: this.baseUrl,
      modelName: this.modelName,
      adapterModelNames: this.adapterModelNames,
      apis: this.apis,
      served: this.served,
      namespace: this.namespace,
      testCommand: this.testCommand,
    });
  }
}

/** As the chart names its Service. */
function usualEndpoint({ namespace }: KubeAiModelSpec): string {
  return `http://kubeai.${namespace}.svc.cluster.local/openai/v1`;
}
