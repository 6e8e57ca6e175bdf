import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { ownership } from "../../sdk/kubernetes/ownership";
import { usesLlmd, startWarning } from "../../sdk/spec/inference/deploymentRules";
import { deploymentName, versionOf } from "../../sdk/spec/inference/deploymentSettings";
import type { InferenceServiceArgs } from "../../sdk/spec/inference/inferenceService";
import type { LlmInferenceServiceArgs } from "../../sdk/spec/inference/llmInferenceService";
import type {
  ModelDeploymentSettings,
  ModelDeploymentSpec,
  Surroundings,
} from "../../sdk/spec/inference/modelDeployment";
import { modelDeploymentRules, modelDeploymentSchema } from "../../sdk/spec/inference/modelDeployment";
import { runtimeChoiceOf } from "../../sdk/spec/inference/runtimeChoice";
import { serviceQueries } from "../../sdk/monitoring/serviceQueries";
import { sizedModel, sizingOf } from "../../sdk/spec/inference/sizing";
import type { ServingRuntimeArgs } from "../../sdk/spec/runtimes/servingRuntime";
import type { ModelConnection } from "../storage/modelConnection";
import type { ModelVolume } from "../storage/modelVolume";
import { wholeSource } from "../storage/wholeSource";
import { storageUri } from "../../sdk/spec/storage/modelSource";
import { childOf } from "../children";
import type { HardwareProfile } from "../profiles/hardwareProfile";
import { specOfProfile } from "../profiles/hardwareProfile";
import { ServingRuntime, specOfRuntime } from "../runtimes/servingRuntime";
import { requireArguments, type Specification, specify } from "../specification";
import { InferenceService } from "./inferenceService";
import { LLM_PORT, LlmInferenceService } from "./llmInferenceService";
import { llmArguments, modelDeploymentParts } from "./modelDeploymentParts";
import { portForward, queriedService, testCommand } from "./endpoints";
import { givenComponents } from "./givenComponents";

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
 * rollout strategy, time limits and the wait for readiness are always explicit. What is chosen for the user is told in
 * the output `sizing` and in one line of the log.
 *
 * @requirement IS-1, IS-9, IS-10, IS-11, IS-26, IS-28, IS-29, IS-31, HW-2, HW-3, HW-8, HW-12, HW-13, HW-14
 * @requirement AS-6, AS-10, OP-4, OP-5, PK-8, OP-15, OP-17, BP-21, PL-16
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
  /** Version of the model, as its source names it; undefined where it names none. */
  readonly modelVersion: pulumi.Output<string | undefined>;
  /** Arguments of the server beyond those of its runtime. */
  readonly serverArguments: pulumi.Output<string[]>;
  /** Runtime that serves the model, and on what grounds: named, chosen as the only one that fits, or by the hardware. */
  readonly runtimeChoice: pulumi.Output<string>;
  /** PromQL over the model by what it asks, such as `timeToFirstTokenP95`, for the release of its server where known. */
  readonly metricsQueries: pulumi.Output<Record<string, string>>;
  /** Whether KServe reports the model Ready; true after an update that Pulumi waited for. */
  readonly ready: pulumi.Output<boolean>;
  /** What was chosen where the arguments leave it open, and on what grounds; undefined where nothing was. */
  readonly sizing: pulumi.Output<string | undefined>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ModelDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ModelDeployment ${JSON.stringify(name)}`;
    requireArguments(args, subject);
    const { given, rest, problems } = givenComponents(args);
    const { hardwareProfile, runtime: sharedRuntime, connection, volume } = given;
    const settings = { ...rest, source: wholeSource(name, rest, { connection, volume }) };
    const surroundings = {
      profile: hardwareProfile === undefined ? undefined : specOfProfile(hardwareProfile),
      runtime: sharedRuntime === undefined ? undefined : specOfRuntime(sharedRuntime),
    };
    const rules = [...modelDeploymentRules(name, surroundings), () => problems];
    const checked = specify(modelDeploymentSchema, rules, settings, subject);
    super(TYPE, name, args, opts);

    const { restore } = checked;
    const model = sizedModel(checked.spec, surroundings);
    const served = deploymentName(name, model);
    const sizing = tellSizing(this, checked.spec, surroundings);
    const child = { ...childOf(this, opts), ...(model.protect && { protect: true }) };
    const before: pulumi.Resource[] = [hardwareProfile, connection, volume].filter((made) => made !== undefined);
    if (model.createNamespace) before.push(namespaceOf(name, served, model, restore, child));
    const isByLlmd = usesLlmd(model, sharedRuntime !== undefined, model.modelServing);
    const choice = isByLlmd ? "llm-d, which brings its own server" : tellRuntime(this, model, surroundings);
    const deployed = isByLlmd
      ? byLlmd(
          name,
          llmArguments(served, model, surroundings),
          restore,
          pulumi.mergeOptions(child, { dependsOn: before }),
        )
      : byKServe(name, served, { model, surroundings, sharedRuntime }, restore, { child, before });

    this.url = deployed.url;
    this.internalUrl = deployed.internalUrl;
    this.serviceName = deployed.serviceName;
    this.apiPath = deployed.apiPath;
    this.modelName = deployed.modelName;
    this.namespace = deployed.namespace;
    this.runtime = deployed.runtime;
    this.tokenSecrets = deployed.tokenSecrets;
    this.apiKeySecret = deployed.apiKeySecret;
    this.testCommand = deployed.testCommand;
    this.portForwardCommand = deployed.portForwardCommand;
    this.serverArguments = deployed.serverArguments;
    this.modelVersion = pulumi
      .output(restore(model.modelVersion ?? storageUri(model.source)))
      .apply((written) => model.modelVersion ?? versionOf(written));
    this.sizing = pulumi.output(sizing);
    this.runtimeChoice = pulumi.output<string>(restore(choice));
    this.metricsQueries = deployed.metricsQueries;
    this.ready = deployed.ready;
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
      modelVersion: this.modelVersion,
      serverArguments: this.serverArguments,
      sizing: this.sizing,
      runtimeChoice: this.runtimeChoice,
      metricsQueries: this.metricsQueries,
      ready: this.ready,
    });
  }
}

/** What a deployment hands on, whoever serves the model. */
interface Deployed extends Pick<
  InferenceService,
  | "url"
  | "internalUrl"
  | "serviceName"
  | "apiPath"
  | "modelName"
  | "namespace"
  | "runtime"
  | "tokenSecrets"
  | "apiKeySecret"
  | "testCommand"
  | "portForwardCommand"
  | "metricsQueries"
  | "ready"
> {
  serverArguments: pulumi.Output<string[]>;
}

type Restore = Specification<unknown>["restore"];

function byKServe(
  name: string,
  served: string,
  {
    model,
    surroundings,
    sharedRuntime,
  }: { model: ModelDeploymentSpec; surroundings: Surroundings; sharedRuntime: ServingRuntime | undefined },
  restore: Restore,
  { child, before }: { child: pulumi.CustomResourceOptions; before: pulumi.Resource[] },
): Deployed {
  const parts = modelDeploymentParts(served, model, surroundings);
  const own = pulumi.mergeOptions(child, {
    dependsOn: before.filter((resource) => resource instanceof k8s.core.v1.Namespace),
  });
  const runtime =
    parts.runtime === undefined
      ? sharedRuntime
      : new ServingRuntime(name, restore(parts.runtime) as ServingRuntimeArgs, own);
  const service = new InferenceService(
    name,
    restore(parts.service) as InferenceServiceArgs,
    pulumi.mergeOptions(child, { dependsOn: runtime === undefined ? before : [...before, runtime] }),
  );
  const { url, internalUrl, serviceName, apiPath, modelName, namespace, tokenSecrets, apiKeySecret } = service;
  const facts = { url, internalUrl, serviceName, apiPath, modelName, namespace, tokenSecrets, apiKeySecret };
  const { runtime: named, testCommand: command, portForwardCommand, ready } = service;
  const serverArguments = pulumi.output(restore(parts.service.args ?? [])) as pulumi.Output<string[]>;
  const metricsQueries = pulumi
    .all([service.metricsQueries, service.namespace])
    .apply(([newest, namespace]) => queriesOf(parts.service, served, namespace, runtime) ?? newest);
  const commands = { testCommand: command, portForwardCommand };
  return { ...facts, ...commands, runtime: named, serverArguments, metricsQueries, ready };
}

function byLlmd(
  name: string,
  args: ReturnType<typeof llmArguments>,
  restore: Restore,
  opts: pulumi.ComponentResourceOptions,
): Deployed {
  const service = new LlmInferenceService(name, restore(args) as LlmInferenceServiceArgs, opts);
  const { url, internalUrl, serviceName, apiPath, modelName, namespace, tokenSecrets } = service;
  const { metricsQueries, ready } = service;
  const command = pulumi
    .all([url, internalUrl, namespace, modelName])
    .apply(([outside, inside, where, asked]) =>
      testCommand({ url: outside, internalUrl: inside, namespace: where, modelName: asked }),
    );
  const serverArguments = pulumi.output(restore(args.args ?? [])) as pulumi.Output<string[]>;
  const facts = { url, internalUrl, serviceName, apiPath, modelName, namespace, tokenSecrets, metricsQueries, ready };
  const portForwardCommand = pulumi
    .all([serviceName, namespace])
    .apply(([target, where]) => portForward(`service/${target}`, where, LLM_PORT));
  const rest = { runtime: pulumi.output("llm-d"), apiKeySecret: pulumi.output(undefined), portForwardCommand };
  return { ...facts, ...rest, testCommand: command, serverArguments };
}

/** Metrics have other names in other releases; undefined where nothing is known of the runtime. */
function queriesOf(
  service: Omit<Parameters<typeof queriedService>[0], "name">,
  name: string,
  namespace: string,
  runtime: ServingRuntime | undefined,
): Record<string, string> | undefined {
  const release = runtime === undefined ? undefined : specOfRuntime(runtime).vllmVersion;
  return release === undefined ? undefined : serviceQueries(queriedService({ ...service, name, namespace }, release));
}

/** OpenShift AI's dashboard lists the namespaces that bear its label. */
function namespaceOf(
  name: string,
  served: string,
  { namespace, platform }: ModelDeploymentSpec,
  restore: Restore,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Namespace {
  const dashboard = platform.kind === "openshift-ai" ? { "opendatahub.io/dashboard": "true" } : {};
  const metadata = { name: namespace, labels: { ...ownership(served), ...dashboard } };
  return new k8s.core.v1.Namespace(name, { metadata: restore(metadata) }, opts);
}

/** Says once which runtime was chosen for a user who names none. */
function tellRuntime(
  component: pulumi.ComponentResource,
  model: ModelDeploymentSpec,
  surroundings: Surroundings,
): string {
  const { because, isChosen } = runtimeChoiceOf(model, surroundings);
  if (isChosen) void pulumi.log.info(`Runtime ${because}`, component);
  return because;
}

/** Says once what was chosen, and warns once of a start that is too close to call. */
function tellSizing(
  component: pulumi.ComponentResource,
  model: ModelDeploymentSpec,
  surroundings: Surroundings,
): string | undefined {
  const { sentences } = sizingOf(model, surroundings);
  const warning = startWarning(model, surroundings);
  if (warning !== undefined) void pulumi.log.warn(warning, component);
  if (sentences.length === 0) return undefined;
  const told = `Chosen, since the arguments leave it open: ${sentences.join("; ")}`;
  void pulumi.log.info(told, component);
  return told;
}
