import * as pulumi from "@pulumi/pulumi";
import type { HuggingFaceServeArgs } from "../../sdk/spec/digitalhub/huggingFaceServe";
import {
  huggingFaceServeRules,
  huggingFaceServeSchema,
  resolveHuggingFaceServe,
} from "../../sdk/spec/digitalhub/huggingFaceServe";
import { huggingFaceTestCommand } from "../../sdk/spec/digitalhub/huggingFaceRequest";
import { huggingFaceApis, protocolOf } from "../../sdk/spec/digitalhub/tasks";
import { after, childOf } from "../children";
import { coverSecrets, secretEnvironment } from "../secretEnvironment";
import { specify } from "../specification";
import { HTTP_PORT, huggingFaceServeManifests } from "./huggingFaceServeManifests";
import { patience } from "./serverManifests";
import { createServer, publicUrl } from "./serverObjects";

const TYPE = "model-serving:index:HuggingFaceServe";

/**
 * DigitalHub's `huggingfaceserve`: KServe's Hugging Face server as a Deployment and a Service.
 *
 * Deprecated by DigitalHub, and warned of: VllmServe serves text, speech and embeddings, and lives on. Only
 * classification of tokens and fill-mask have no successor there.
 *
 * @requirement DH-24, DH-29, DH-30
 */
export class HuggingFaceServe extends pulumi.ComponentResource {
  /** Address inside the cluster. */
  readonly internalUrl: pulumi.Output<string>;
  /** Address from outside; undefined for a server that is not exposed. */
  readonly url: pulumi.Output<string | undefined>;
  /** Full addresses under which the task answers, inside the cluster. */
  readonly apis: pulumi.Output<string[]>;
  /** `openai` for text, `open-inference` for everything else. */
  readonly protocol: pulumi.Output<string>;
  /** What callers write as `model`. */
  readonly modelName: pulumi.Output<string>;
  /** Name of Service and Deployment. */
  readonly serviceName: pulumi.Output<string>;
  /** Namespace of all objects. */
  readonly namespace: pulumi.Output<string>;
  /** A command that asks the model something. */
  readonly testCommand: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: HuggingFaceServeArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plain, covered } = coverSecrets(args);
    const subject = `HuggingFaceServe ${JSON.stringify(name)}`;
    const { spec, restore } = specify(huggingFaceServeSchema, huggingFaceServeRules(name), plain, subject);
    super(TYPE, name, covered, opts);
    void pulumi.log.warn(wayForward(spec.task), this);

    const server = resolveHuggingFaceServe(name, spec);
    const child = childOf(this, opts);
    const namespace = pulumi.output(restore(server.namespace));
    const secret = secretEnvironment(name, { name: server.name, namespace }, args.secrets, child);
    const ready = secret === undefined ? child : after(child, [secret]);
    const objects = createServer(name, huggingFaceServeManifests(server), restore, patience(server), ready);

    const paths = huggingFaceApis(server.task, server.modelName);
    this.internalUrl = namespace.apply((place) => `http://${server.name}.${place}.svc.cluster.local:${HTTP_PORT}`);
    this.url = publicUrl(server.exposure, objects.get("Route"), restore);
    this.apis = this.internalUrl.apply((address) => paths.map((path) => address + path));
    this.protocol = pulumi.output(protocolOf(server.task) as string);
    this.modelName = pulumi.output(server.modelName);
    this.serviceName = pulumi.output(server.name);
    this.namespace = namespace;
    this.testCommand = pulumi
      .all([this.apis, namespace])
      .apply(([[api = ""], place]) => huggingFaceTestCommand(server, place, api));
    this.registerOutputs({
      internalUrl: this.internalUrl,
      url: this.url,
      apis: this.apis,
      protocol: this.protocol,
      modelName: this.modelName,
      serviceName: this.serviceName,
      namespace: this.namespace,
      testCommand: this.testCommand,
    });
  }
}

/** What to use instead of the deprecated kind, by what it does. */
function wayForward(task: string): string {
  const successor: Readonly<Record<string, string>> = {
    text_generation: 'VllmServe (task "text")',
    text2text_generation: 'VllmServe (task "text")',
    text_embedding: 'VllmServe (task "pooling")',
    sequence_classification: 'VllmServe (task "pooling")',
  };
  const way = successor[task];
  const advice = way === undefined ? `has no successor there for ${task}` : `is replaced by ${way} for ${task}`;
  return `DigitalHub has deprecated huggingfaceserve, which ${advice}; see docs/digitalhub.md.`;
}
