/** The models of a stack, and what watches and guards them. */
import * as pulumi from "@pulumi/pulumi";
import type { Engine } from "../../sdk/monitoring/alerts";
import { promql, queries } from "../../sdk/monitoring/queries";
import { NetworkPolicies } from "../exposure/networkPolicies";
import type { ModelDeploymentArgs } from "../inference/modelDeployment";
import { ModelDeployment } from "../inference/modelDeployment";
import { after } from "../children";
import { KubeAiModel } from "../kubeai/kubeAiModel";
import { MetricsViewers } from "../monitoring/metricsViewers";
import { ModelAlerts } from "../monitoring/modelAlerts";
import { ModelDashboards } from "../monitoring/modelDashboards";
import { RuntimeMonitor } from "../monitoring/runtimeMonitor";
import { UserWorkloadMonitoring } from "../monitoring/userWorkloadMonitoring";
import type { StackContext, StackParts } from "./layers";
import type { StackModelArguments } from "./stackArguments";
import {
  alertArguments,
  engineOf,
  kubeAiArguments,
  modelArguments,
  monitorArguments,
  networkPolicyArguments,
} from "./stackArguments";

/**
 * What is known of one model of a stack.
 *
 * @requirement PK-8
 */
export interface StackModelOutputs {
  /** Address from outside; undefined for a model that is not exposed. */
  url?: string;
  /** Address inside the cluster. */
  internalUrl: string;
  /** Prefix of the server's API below either address. */
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
  /** PromQL by what it asks, such as `queueLength`; empty where nobody knows what the server reports. */
  metricsQueries: Record<string, string>;
}

/** What is known of one model that KubeAI serves. */
export interface StackKubeAiModelOutputs {
  /** Base URL for OpenAI clients. */
  baseUrl: string;
  /** What callers write as `model`. */
  modelName: string;
  namespace: string;
  /** A command that asks the model something. */
  testCommand: string;
}

/**
 * The models, each after the parts that it names and after everything that makes the cluster able to serve.
 *
 * @requirement IS-28, BP-25
 */
export function modelLayer(
  { name, spec, filled, opts }: StackContext,
  parts: StackParts,
  namespace: pulumi.Output<string>,
): pulumi.Output<Record<string, StackModelOutputs>> {
  // A bucket is named by nothing but its address, so which model reads it is not known.
  const ready = after(opts, [...parts.buckets.values()]);
  const models = modelArguments(spec).map((model) => {
    const deployment = new ModelDeployment(
      `${name}-${model.name}`,
      { ...filled<ModelDeploymentArgs>(model.args), namespace, ...namedComponents(model.named, parts) },
      ready,
    );
    return [model.name, outputsOf(deployment, model)] as const;
  });
  return pulumi.output(Object.fromEntries(models));
}

function namedComponents(
  { hardwareProfile, runtime, connection, volume }: StackModelArguments["named"],
  { profiles, runtimes, connections, volumes }: StackParts,
): Partial<ModelDeploymentArgs> {
  const components = {
    hardwareProfile: profiles.get(hardwareProfile ?? ""),
    runtime: runtimes.get(runtime ?? ""),
    connection: connections.get(connection ?? ""),
    volume: volumes.get(volume ?? ""),
  };
  return Object.fromEntries(Object.entries(components).filter(([, component]) => component !== undefined));
}

function outputsOf(deployment: ModelDeployment, model: StackModelArguments): pulumi.Output<StackModelOutputs> {
  const { url, internalUrl, apiPath, modelName, namespace, serviceName, runtime, testCommand } = deployment;
  const engine = engineOf(model);
  const { hardwareProfile } = model.named;
  return pulumi.all({ url, internalUrl, apiPath, modelName, namespace, serviceName, runtime, testCommand }).apply(
    ({ url: address, ...facts }) =>
      ({
        ...facts,
        ...(address === undefined ? {} : { url: address }),
        ...(hardwareProfile === undefined ? {} : { hardwareProfile }),
        metricsQueries:
          engine === undefined ? {} : queriesOf(engine, model.name, facts.namespace ?? model.args.namespace),
      }) as StackModelOutputs,
  );
}

function queriesOf(engine: Engine, service: string, namespace: string): Record<string, string> {
  const known = queries.filter((query) => query.engine === engine);
  return Object.fromEntries(known.map(({ id }) => [id, promql(engine, id, { namespace, service })]));
}

/** The models that KubeAI serves. */
export function kubeAiLayer({
  name,
  spec,
  filled,
  opts,
}: StackContext): pulumi.Output<Record<string, StackKubeAiModelOutputs>> {
  const models = kubeAiArguments(spec).map(([model, args]) => {
    const component = new KubeAiModel(`${name}-${model}`, filled(args), opts);
    const { baseUrl, modelName, namespace, testCommand } = component;
    return pulumi
      .all([baseUrl, modelName, namespace, testCommand])
      .apply(([base, called, place, command]): [string, StackKubeAiModelOutputs] => [
        model,
        { baseUrl: base, modelName: called, namespace: place, testCommand: command },
      ]);
  });
  return pulumi.all(models).apply((entries) => Object.fromEntries(entries));
}

/** Network policies, monitors, alerts, dashboards: they wait for no model, and no model for them. */
export function watchLayer(context: StackContext, namespace: readonly pulumi.Resource[]): void {
  const { name, spec, filled, opts } = context;
  const inside = after(opts, namespace);
  const { userWorkloads, dashboards, viewers } = spec.monitoring ?? {};
  for (const [model, args] of networkPolicyArguments(spec)) {
    new NetworkPolicies(`${name}-${model}`, filled(args), inside);
  }
  if (userWorkloads !== undefined) {
    new UserWorkloadMonitoring(`${name}-user-workloads`, filled(userWorkloads), opts);
  }
  for (const [model, args] of monitorArguments(spec)) new RuntimeMonitor(`${name}-${model}`, filled(args), inside);
  for (const [model, args] of alertArguments(spec)) new ModelAlerts(`${name}-${model}`, filled(args), inside);
  if (dashboards !== undefined) {
    new ModelDashboards(`${name}-dashboards`, filled(dashboards), inside);
  }
  if (viewers !== undefined) {
    const place = { name: `${name}-metrics-viewers`, namespace: spec.namespace.name };
    new MetricsViewers(`${name}-metrics-viewers`, filled({ ...viewers, ...place }), inside);
  }
}
