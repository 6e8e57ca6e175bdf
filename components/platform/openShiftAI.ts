import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { operatorCoordinates } from "../../sdk/catalog/operators";
import type { OpenShiftAIArgs, OpenShiftAISpec, PlatformDependencies } from "../../sdk/spec/platform/openShiftAI";
import { openShiftAISchema } from "../../sdk/spec/platform/openShiftAI";
import { FEATURE_NEEDS, openShiftAIRules } from "../../sdk/spec/platform/openShiftAIRules";
import type { Provision } from "../../sdk/spec/schema/provision";
import { after, childOf } from "../children";
import { operatorWith } from "../installation/operatorManifests";
import { installOperator } from "../installation/operatorSubscription";
import { createObject } from "../objects";
import { claim } from "../singletons";
import { specify } from "../specification";
import { connectionTypeManifest, dashboardConfigManifest } from "./dashboardManifests";
import {
  applicationsNamespaceOf,
  dataScienceClusterManifest,
  initializationManifest,
} from "./dataScienceClusterManifest";
import { gatewayClassManifest, gatewayManifest } from "./inferenceGatewayManifests";
import { DEPENDENCIES } from "./openShiftOperands";

const TYPE = "model-serving:index:OpenShiftAI";

/** Names that the platform's KServe looks for. */
const GATEWAY = { name: "openshift-ai-inference", namespace: "openshift-ingress" };
const GATEWAY_CONTROLLER = "openshift.io/gateway-controller/v1";

/**
 * OpenShift AI or Open Data Hub on an OpenShift cluster: the operators it needs, its own operator, DSCInitialization,
 * DataScienceCluster, dashboard, connection types, and the gateway in front of LLMInferenceServices.
 *
 * Without arguments it is the newest OpenShift AI with the single-model platform (KServe) and the dashboard.
 *
 * @requirement PL-1, PL-4, PL-7, PL-11, PL-14, PL-15, AS-8, ST-10
 */
export class OpenShiftAI extends pulumi.ComponentResource {
  /** Where the platform's own parts run; no model may. Known once they do. */
  readonly applicationsNamespace: pulumi.Output<string>;
  /** Version of the platform. */
  readonly version: pulumi.Output<string>;
  /** Gateway that LLMInferenceServices refer to; undefined without one. */
  readonly gatewayName: pulumi.Output<string | undefined>;
  /** Namespace of that gateway. */
  readonly gatewayNamespace: pulumi.Output<string | undefined>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: OpenShiftAIArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `OpenShiftAI ${JSON.stringify(name)}`;
    const { spec } = specify(openShiftAISchema, openShiftAIRules, args, subject);
    super(TYPE, name, args, opts);
    claim(this, "the DataScienceCluster of the cluster", subject);
    const options = childOf(this, opts);
    const needed = dependenciesOf(name, spec, options);
    const operators = [...needed, ...ownOperator(name, spec, options)];
    const cluster = clusterObjects(name, spec, after(options, operators));
    dashboardObjects(name, spec, after(options, [...operators, ...cluster]));
    const gateway = gatewayObjects(name, spec, after(options, operators));
    this.applicationsNamespace = pulumi.all(cluster.map(({ urn }) => urn)).apply(() => applicationsNamespaceOf(spec));
    this.version = pulumi.output(spec.version);
    this.gatewayName = pulumi.output(gateway?.name);
    this.gatewayNamespace = pulumi.output(gateway?.namespace);
    this.registerOutputs({
      applicationsNamespace: this.applicationsNamespace,
      version: this.version,
      gatewayName: this.gatewayName,
      gatewayNamespace: this.gatewayNamespace,
    });
  }
}

/** Operators that the features need, each with the object that makes it work. */
function dependenciesOf(name: string, spec: OpenShiftAISpec, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const ready: pulumi.Resource[] = [];
  for (const [key, { operator, operand }] of Object.entries(DEPENDENCIES)) {
    const dependency = key as keyof PlatformDependencies;
    const provision = spec.dependencies[dependency] ?? (isNeeded(dependency, spec) ? "create" : "skip");
    const installed = installOperator(
      `${name}-${operator}`,
      operatorCoordinates(operator),
      provision,
      after(opts, ready),
    );
    ready.push(...installed.ready);
    if (operand === undefined || provision !== "create") continue;
    ready.push(createObject(`${name}-${operator}-operand`, { ...operand }, after(opts, ready)));
  }
  return ready;
}

function isNeeded(dependency: keyof PlatformDependencies, { features }: OpenShiftAISpec): boolean {
  return Object.entries(FEATURE_NEEDS).some(
    ([feature, needs]) => features[feature as keyof typeof features] && needs.includes(dependency),
  );
}

function ownOperator(name: string, spec: OpenShiftAISpec, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const coordinates = operatorCoordinates(
    spec.distribution === "open-data-hub" ? "opendatahub-operator" : "rhods-operator",
  );
  // The catalogue names the channel of version 3; version 2 is updated by another.
  const channel = spec.version.startsWith("2") ? "stable" : coordinates.channel;
  const operator = operatorWith({ ...coordinates, channel }, spec.operatorSettings);
  // Otherwise the operator makes a DSCInitialization itself, and ours would be the second.
  const env = initializationOf(spec) === "create" ? [{ name: "DISABLE_DSC_CONFIG", value: "true" }] : [];
  return installOperator(`${name}-operator`, { ...operator, env }, spec.operator, opts).ready;
}

function initializationOf({ initialization, operator }: OpenShiftAISpec): Provision {
  return initialization ?? operator;
}

function clusterObjects(
  name: string,
  spec: OpenShiftAISpec,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource[] {
  const made: pulumi.CustomResource[] = [];
  const seconds = `${spec.readyTimeoutSeconds}s`;
  const patient = pulumi.mergeOptions(opts, { customTimeouts: { create: seconds, update: seconds } });
  if (initializationOf(spec) === "create") {
    made.push(createObject(`${name}-dsci`, { ...initializationManifest(spec) }, patient));
  }
  if (spec.dataScienceCluster === "create") {
    made.push(createObject(`${name}-dsc`, { ...dataScienceClusterManifest(spec) }, after(patient, made)));
  }
  return made;
}

/** The platform makes the dashboard's configuration with the dashboard, so ours is laid over it, and afterwards. */
function dashboardObjects(name: string, spec: OpenShiftAISpec, opts: pulumi.CustomResourceOptions): void {
  if (spec.components.dashboard !== "Removed") {
    const config = dashboardConfigManifest(spec);
    if (spec.dashboard.origin === "stack") createObject(`${name}-dashboard`, { ...config }, opts);
    else {
      const annotations = { ...config.metadata.annotations, "pulumi.com/patchForce": "true" };
      const metadata = { ...config.metadata, annotations };
      new k8s.apiextensions.CustomResourcePatch(`${name}-dashboard`, { ...config, metadata }, opts);
    }
  }
  for (const [typeName, type] of Object.entries(spec.connectionTypes)) {
    createObject(`${name}-connection-type-${typeName}`, { ...connectionTypeManifest(typeName, type, spec) }, opts);
  }
}

function gatewayObjects(
  name: string,
  spec: OpenShiftAISpec,
  opts: pulumi.CustomResourceOptions,
): typeof GATEWAY | undefined {
  const { gateway, features } = spec;
  const provision = gateway.provision ?? (features.distributedInference ? "create" : "skip");
  if (provision === "skip") return undefined;
  if (provision === "existing") return GATEWAY;
  const gatewayClass = createObject(
    `${name}-gateway-class`,
    { ...gatewayClassManifest(GATEWAY.name, GATEWAY_CONTROLLER) },
    opts,
  );
  const manifest = gatewayManifest({
    ...GATEWAY,
    ...gateway,
    className: GATEWAY.name,
    labels: { "istio.io/rev": "openshift-gateway" },
  });
  createObject(`${name}-gateway`, { ...manifest }, after(opts, [gatewayClass]));
  return GATEWAY;
}
