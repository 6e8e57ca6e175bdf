import * as pulumi from "@pulumi/pulumi";
import type { InferenceServiceArgs } from "../../sdk/spec/inference/inferenceService";
import { inferenceServiceRules, inferenceServiceSchema } from "../../sdk/spec/inference/inferenceService";
import { readySeconds } from "../../sdk/spec/inference/loadTime";
import { modelBytes } from "../../sdk/spec/inference/serviceRules";
import { tokensOf } from "../../sdk/spec/inference/serviceSettings";
import { ApiKey } from "../exposure/apiKey";
import { apiKeySecretOf } from "../exposure/apiKeyManifest";
import { Route } from "../exposure/route";
import { tokenAccess } from "../exposure/tokenAccess";
import { serviceQueries } from "../../sdk/monitoring/serviceQueries";
import { isReady } from "./readiness";
import { childOf } from "../children";
import { createReporting, restoreManifest } from "../objects";
import { specify } from "../specification";
import { endpointsOf, queriedService, targetOf, testCommand } from "./endpoints";
import { inferenceServiceManifest } from "./inferenceServiceManifest";

const TYPE = "model-serving:index:InferenceService";

/**
 * One served model: an InferenceService in Standard mode on a runtime that exists, with access from outside if asked
 * for. Pulumi waits until the service is Ready, for as long as a model of its size may take.
 *
 * @requirement OP-5, PK-8, XA-1, XA-7, XA-13, XA-17, MO-13, MO-16
 * @requirement IS-1, IS-26, IS-27, IS-31, IS-32, BP-25
 */
export class InferenceService extends pulumi.ComponentResource {
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
  /** Namespace of the service. */
  readonly namespace: pulumi.Output<string>;
  /** Runtime that serves it. */
  readonly runtime: pulumi.Output<string>;
  /** Secrets with the tokens that callers need; empty without token authentication. */
  readonly tokenSecrets: pulumi.Output<string[]>;
  /** Secret with the key that callers need; undefined without authentication by key. */
  readonly apiKeySecret: pulumi.Output<string | undefined>;
  /** A command that asks the model something. */
  readonly testCommand: pulumi.Output<string>;
  /** A command that brings the model to port 8080 of the machine it runs on. */
  readonly portForwardCommand: pulumi.Output<string>;
  /** PromQL over the service by what it asks, such as `timeToFirstTokenP95`, for the newest release of its server. */
  readonly metricsQueries: pulumi.Output<Record<string, string>>;
  /** Whether KServe reports the service Ready; true after an update that Pulumi waited for. */
  readonly ready: pulumi.Output<boolean>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: InferenceServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `InferenceService ${JSON.stringify(name)}`;
    const checked = specify(inferenceServiceSchema, inferenceServiceRules(name), args, subject);
    const service = { ...checked.spec, name: checked.spec.name ?? name };
    super(TYPE, name, args, opts);

    const restored = <Data>(data: Data): pulumi.Output<Data> =>
      pulumi.output(checked.restore(data)) as pulumi.Output<Data>;
    const patience = `${service.readyTimeoutSeconds ?? readySeconds(modelBytes(service))}s`;
    const makesKey = service.exposure?.auth === "apiKey" && service.exposure.apiKeySecretName === undefined;
    const key = makesKey
      ? [
          new ApiKey(
            `${name}-key`,
            { serviceName: service.name, namespace: checked.restore(service.namespace) },
            childOf(this, opts),
          ),
        ]
      : [];
    const resource = createReporting(
      name,
      restoreManifest(inferenceServiceManifest(service), checked.restore),
      pulumi.mergeOptions(childOf(this, opts), {
        dependsOn: key,
        customTimeouts: { create: patience, update: patience },
      }),
    );
    const { exposure, platform } = service;
    const apiKeySecret = apiKeySecretOf(service);
    const tokens = tokensOf(exposure);
    const callers = { name: service.name, namespace: service.namespace, accounts: exposure?.accounts };
    const secrets =
      exposure?.auth === "token" ? tokenAccess(name, callers, tokens, checked.restore, { parent: this }) : [];

    const published = resource.status.apply((status) => (exposure === undefined ? undefined : status?.url));
    this.url =
      exposure !== undefined && platform.ingress === "route"
        ? new Route(
            `${name}-external`,
            {
              name: `${service.name}-external`,
              namespace: checked.restore(service.namespace),
              inferenceServiceName: service.name,
              timeoutSeconds: exposure.timeoutSeconds,
            },
            { parent: this, dependsOn: [resource] },
          ).url
        : published;
    const endpoints = endpointsOf(service);
    this.internalUrl = restored(endpoints.internalUrl);
    this.serviceName = pulumi.output(endpoints.serviceName);
    this.apiPath = pulumi.output(endpoints.apiPath);
    this.modelName = pulumi.output(endpoints.modelName);
    this.namespace = restored(service.namespace);
    this.runtime = restored(service.runtimeName);
    this.tokenSecrets = pulumi.output(secrets);
    this.apiKeySecret = pulumi.output(apiKeySecret);
    this.portForwardCommand = restored(endpoints.portForwardCommand);
    this.testCommand = pulumi
      .all([this.url, this.namespace])
      .apply(([url, namespace]) => testCommand(targetOf({ ...service, namespace }, url)));
    this.metricsQueries = this.namespace.apply((namespace) =>
      serviceQueries(queriedService({ ...service, namespace })),
    );
    this.ready = resource.status.apply(isReady);
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
      metricsQueries: this.metricsQueries,
      ready: this.ready,
    });
  }
}
