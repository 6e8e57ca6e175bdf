import * as pulumi from "@pulumi/pulumi";
import { chartCoordinates } from "../../sdk/catalog/charts";
import { operatorCoordinates } from "../../sdk/catalog/operators";
import type { QueuesArgs, QueuesSpec } from "../../sdk/spec/platform/queues";
import { queuesRules, queuesSchema } from "../../sdk/spec/platform/queues";
import { after, childOf } from "../children";
import { chartWith, installChart } from "../installation/helmRelease";
import { operatorWith } from "../installation/operatorManifests";
import { installOperator } from "../installation/operatorSubscription";
import { createObject } from "../objects";
import { specify } from "../specification";
import { DEPENDENCIES } from "./openShiftOperands";
import { clusterQueueManifest, localQueueManifest, resourceFlavorManifest } from "./queueManifests";

const TYPE = "model-serving:index:Queues";

/** Quotas and queues of Kueue: kinds of node, what teams may use of them, and how namespaces reach it. */
export class Queues extends pulumi.ComponentResource {
  /** Names of the local queues as `namespace/name`, once workloads can be sent to them. */
  readonly localQueues: pulumi.Output<string[]>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: QueuesArgs, opts?: pulumi.ComponentResourceOptions) {
    const { spec } = specify(queuesSchema, queuesRules, args, `Queues ${JSON.stringify(name)}`);
    super(TYPE, name, args, opts);
    const options = childOf(this, opts);
    const installed = after(options, installation(name, spec, options));
    const flavors = Object.entries(spec.flavors).map(([flavor, settings]) =>
      createObject(`${name}-${flavor}-flavor`, { ...resourceFlavorManifest(flavor, settings, spec.api) }, installed),
    );
    const queues = Object.entries(spec.clusterQueues).map(([queue, settings]) =>
      createObject(`${name}-${queue}`, { ...clusterQueueManifest(queue, settings, spec) }, after(installed, flavors)),
    );
    const locals = spec.localQueues.map((local) =>
      createObject(
        `${name}-${local.namespace}-${local.name}`,
        { ...localQueueManifest(local, spec.api) },
        after(installed, queues),
      ),
    );
    this.localQueues = pulumi
      .all(locals.map(({ urn }) => urn))
      .apply(() => spec.localQueues.map((local) => `${local.namespace}/${local.name}`));
    this.registerOutputs({ localQueues: this.localQueues });
  }
}

function installation(name: string, spec: QueuesSpec, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  if (spec.installer === "helm") {
    return installChart(`${name}-kueue`, chartWith(chartCoordinates("kueue"), {}, spec.chart), spec.kueue, opts).ready;
  }
  const { operator, operand } = DEPENDENCIES.kueue;
  const settings = operatorWith(operatorCoordinates(operator), spec.operatorSettings);
  const { ready } = installOperator(`${name}-kueue`, settings, spec.kueue, opts);
  if (operand === undefined || spec.kueue !== "create") return ready;
  return [createObject(`${name}-kueue-operand`, { ...operand }, after(opts, ready))];
}
