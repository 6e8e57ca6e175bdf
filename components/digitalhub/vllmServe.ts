import * as pulumi from "@pulumi/pulumi";
import { VLLM_APIS } from "../../sdk/spec/digitalhub/tasks";
import type { VllmServeArgs } from "../../sdk/spec/digitalhub/vllmServe";
import { resolveVllmServe, vllmServeRules, vllmServeSchema } from "../../sdk/spec/digitalhub/vllmServe";
import { openAiTestCommand } from "../../sdk/spec/kubeai/openAiRequest";
import { after, childOf } from "../children";
import { coverSecrets, secretEnvironment } from "../secretEnvironment";
import { specify } from "../specification";
import { patience } from "./serverManifests";
import { createServer, publicUrl } from "./serverObjects";
import { VLLM_PORT, vllmServeManifests } from "./vllmServeManifests";

const TYPE = "model-serving:index:VllmServe";

/**
 * DigitalHub's `vllmserve-text`, `vllmserve-speech` and `vllmserve-pooling`: a vLLM server of its own, as a Deployment
 * and a Service, without an operator. Pulumi waits until its pods are ready.
 *
 * @requirement DH-15, DH-16, DH-17, DH-21, DH-33
 */
export class VllmServe extends pulumi.ComponentResource {
  /** Address inside the cluster. */
  readonly internalUrl: pulumi.Output<string>;
  /** Address from outside; undefined for a server that is not exposed. */
  readonly url: pulumi.Output<string | undefined>;
  /** Base URL for OpenAI clients inside the cluster. */
  readonly baseUrl: pulumi.Output<string>;
  /** Full addresses of the APIs of this kind of server, inside the cluster. */
  readonly apis: pulumi.Output<string[]>;
  /** What callers write as `model`. */
  readonly modelName: pulumi.Output<string>;
  /** What callers write as `model` for each adapter. */
  readonly adapterModelNames: pulumi.Output<string[]>;
  /** Name of Service and Deployment. */
  readonly serviceName: pulumi.Output<string>;
  /** Namespace of all objects. */
  readonly namespace: pulumi.Output<string>;
  /** A command that asks the model something. */
  readonly testCommand: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: VllmServeArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plain, covered } = coverSecrets(args);
    const { spec, restore } = specify(
      vllmServeSchema,
      vllmServeRules(name),
      plain,
      `VllmServe ${JSON.stringify(name)}`,
    );
    super(TYPE, name, covered, opts);

    const server = resolveVllmServe(name, spec);
    const child = childOf(this, opts);
    const namespace = pulumi.output(restore(server.namespace));
    const secret = secretEnvironment(name, { name: server.name, namespace }, args.secrets, child);
    const ready = secret === undefined ? child : after(child, [secret]);
    const objects = createServer(name, vllmServeManifests(server), restore, patience(server), ready);

    const paths = VLLM_APIS[server.task];
    this.internalUrl = namespace.apply((place) => `http://${server.name}.${place}.svc.cluster.local:${VLLM_PORT}`);
    this.url = publicUrl(server.exposure, objects.get("Route"), restore);
    this.baseUrl = pulumi.interpolate`${this.internalUrl}/v1`;
    this.apis = this.internalUrl.apply((address) => paths.map((path) => address + path));
    this.modelName = pulumi.output(server.modelName);
    this.adapterModelNames = pulumi.output(server.adapters.map((adapter) => adapter.name));
    this.serviceName = pulumi.output(server.name);
    this.namespace = namespace;
    this.testCommand = pulumi
      .all([this.apis, namespace])
      .apply(([[api = ""], place]) => openAiTestCommand(server.name, place, server.modelName, api));
    this.registerOutputs({
      internalUrl: this.internalUrl,
      url: this.url,
      baseUrl: this.baseUrl,
      apis: this.apis,
      modelName: this.modelName,
      adapterModelNames: this.adapterModelNames,
      serviceName: this.serviceName,
      namespace: this.namespace,
      testCommand: this.testCommand,
    });
  }
}
