import * as pulumi from "@pulumi/pulumi";
import type { KubeAiServeArgs, KubeAiSpeechArgs, KubeAiTextArgs } from "../../sdk/spec/digitalhub/kubeAi";
import {
  kubeAiModelOf,
  kubeAiSpeechRules,
  kubeAiSpeechSchema,
  kubeAiTextRules,
  kubeAiTextSchema,
} from "../../sdk/spec/digitalhub/kubeAi";
import type { KubeAiModelArgs } from "../../sdk/spec/kubeai/kubeAiModel";
import { childOf } from "../children";
import type { ServedModel } from "../kubeai/kubeAiModel";
import { KubeAiModel } from "../kubeai/kubeAiModel";
import { coverSecrets } from "../secretEnvironment";
import { specify } from "../specification";

/** What both kinds are made of: a Model of KubeAI, whose outputs are theirs. */
abstract class KubeAiServe extends pulumi.ComponentResource {
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

  constructor(
    type: string,
    name: string,
    args: KubeAiServeArgs,
    model: KubeAiModelArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
  ) {
    super(type, name, coverSecrets(args).covered, opts);
    const { secrets } = args;
    const served = new KubeAiModel(name, secrets === undefined ? model : { ...model, secrets }, childOf(this, opts));
    this.baseUrl = served.baseUrl;
    this.modelName = served.modelName;
    this.adapterModelNames = served.adapterModelNames;
    this.apis = served.apis;
    this.served = served.served;
    this.namespace = served.namespace;
    this.testCommand = served.testCommand;
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

/**
 * DigitalHub's `kubeai-text`: text generation or embeddings by the KubeAI operator, with adapters, autoscaling and
 * prefix hashing.
 *
 * @requirement DH-2, DH-14
 */
export class KubeAiText extends KubeAiServe {
  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: KubeAiTextArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `KubeAiText ${JSON.stringify(name)}`;
    const { spec, restore } = specify(kubeAiTextSchema, kubeAiTextRules(name), coverSecrets(args).plain, subject);
    const model = restore(kubeAiModelOf(name, spec)) as KubeAiModelArgs;
    super("model-serving:index:KubeAiText", name, args, model, opts);
  }
}

/** DigitalHub's `kubeai-speech`: speech to text by the KubeAI operator, engine FasterWhisper. */
export class KubeAiSpeech extends KubeAiServe {
  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: KubeAiSpeechArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `KubeAiSpeech ${JSON.stringify(name)}`;
    const { spec, restore } = specify(kubeAiSpeechSchema, kubeAiSpeechRules(name), coverSecrets(args).plain, subject);
    const model = restore(
      kubeAiModelOf(name, { ...spec, engine: "FasterWhisper", features: undefined }),
    ) as KubeAiModelArgs;
    super("model-serving:index:KubeAiSpeech", name, args, model, opts);
  }
}
