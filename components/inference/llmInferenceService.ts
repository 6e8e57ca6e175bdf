import * as pulumi from "@pulumi/pulumi";
import { childName } from "../../sdk/pod/llm/childName";
import type { LlmInferenceServiceArgs } from "../../sdk/spec/inference/llmInferenceService";
import { writtenLlmSchema } from "../../sdk/spec/inference/llmInferenceService";
import { llmInferenceServiceRules } from "../../sdk/spec/inference/llmRules";
import { readySeconds } from "../../sdk/spec/inference/loadTime";
import { modelBytes } from "../../sdk/spec/inference/serviceRules";
import { serviceQueries } from "../../sdk/monitoring/serviceQueries";
import { isReady } from "./readiness";
import { childOf } from "../children";
import { tokenAccess } from "../exposure/tokenAccess";
import { createReporting, restoreManifest } from "../objects";
import { specify } from "../specification";
import { llmInferenceServiceManifest } from "./llmInferenceServiceManifest";

const TYPE = "model-serving:index:LlmInferenceService";
/** Port of the server in the pods, and of the Service before them. */
export const LLM_PORT = 8000;

/**
 * A language model served by llm-d: replicas behind a scheduler that knows their caches, on one or several pods each,
 * with prefill apart from decode if asked for. Needs KServe's controller of LLMInferenceServices and a Gateway.
 *
 * @requirement OP-5, PK-8, IS-34, PL-11
 */
export class LlmInferenceService extends pulumi.ComponentResource {
  /** Address from outside, as the platform reports it; undefined for a model without a route. */
  readonly url: pulumi.Output<string | undefined>;
  /** Address inside the cluster, past scheduler and Gateway. */
  readonly internalUrl: pulumi.Output<string>;
  /** Service that KServe makes for the pods. */
  readonly serviceName: pulumi.Output<string>;
  /** Prefix of the OpenAI API below either address. */
  readonly apiPath: pulumi.Output<string>;
  /** What callers write as `model`. */
  readonly modelName: pulumi.Output<string>;
  /** Namespace of the service. */
  readonly namespace: pulumi.Output<string>;
  /** Secrets with the tokens that callers need; empty without token authentication. */
  readonly tokenSecrets: pulumi.Output<string[]>;
  /** PromQL over vLLM's metrics by what it asks, such as `timeToFirstTokenP95`. */
  readonly metricsQueries: pulumi.Output<Record<string, string>>;
  /** Whether KServe reports the service Ready; true after an update that Pulumi waited for. */
  readonly ready: pulumi.Output<boolean>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: LlmInferenceServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `LlmInferenceService ${JSON.stringify(name)}`;
    const { spec, restore } = specify(writtenLlmSchema, llmInferenceServiceRules(name), args, subject);
    const service = { ...spec, name: spec.name ?? name };
    super(TYPE, name, args, opts);

    const patience = `${service.readyTimeoutSeconds ?? readySeconds(modelBytes(service))}s`;
    const resource = createReporting(name, restoreManifest(llmInferenceServiceManifest(service), restore), {
      ...childOf(this, opts),
      customTimeouts: { create: patience, update: patience },
    });
    const tokens = service.tokens ?? [];
    const subjectOfTokens = {
      name: service.name,
      namespace: service.namespace,
      resource: "llminferenceservices",
    } as const;
    const secrets = tokens.length === 0 ? [] : tokenAccess(name, subjectOfTokens, tokens, restore, { parent: this });

    const serviceName = childName(service.name, "-kserve-workload-svc");
    const hasRoute = service.router.route !== undefined;
    this.url = resource.status.apply((status) => (hasRoute ? status?.url : undefined));
    this.serviceName = pulumi.output(serviceName);
    this.namespace = pulumi.output(restore(service.namespace));
    this.internalUrl = pulumi.interpolate`http://${serviceName}.${this.namespace}.svc.cluster.local:${LLM_PORT}`;
    this.apiPath = pulumi.output("/v1");
    this.modelName = pulumi.output(restore(service.modelName ?? service.name));
    this.tokenSecrets = pulumi.output(secrets);
    this.metricsQueries = pulumi
      .all([this.namespace, this.modelName])
      .apply(([namespace, modelName]) =>
        serviceQueries({ namespace, service: service.name, modelName, engine: "vllm", standard: false }),
      );
    this.ready = resource.status.apply(isReady);
    this.registerOutputs({
      url: this.url,
      internalUrl: this.internalUrl,
      serviceName: this.serviceName,
      apiPath: this.apiPath,
      modelName: this.modelName,
      namespace: this.namespace,
      tokenSecrets: this.tokenSecrets,
      metricsQueries: this.metricsQueries,
      ready: this.ready,
    });
  }
}
