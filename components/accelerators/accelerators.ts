import * as pulumi from "@pulumi/pulumi";
import type { SharedPart } from "../../sdk/catalog/acceleratorVendors";
import type { AcceleratorsArgs } from "../../sdk/spec/accelerators/accelerators";
import { acceleratorsSchema } from "../../sdk/spec/accelerators/accelerators";
import type { ChartValues } from "../../sdk/spec/installation/chart";
import { acceleratorsRules } from "../../sdk/spec/accelerators/rules";
import { after, childOf } from "../children";
import { installChart } from "../installation/helmRelease";
import { installOperator } from "../installation/operatorSubscription";
import { createObject, restoreManifest } from "../objects";
import type { Restore } from "../specification";
import { specify } from "../specification";
import { acceleratorPlan } from "./acceleratorPlan";
import type { InstallationPlan } from "./plan";

const TYPE = "model-serving:index:Accelerators";

/**
 * Makes the accelerators of a cluster usable: Node Feature Discovery, the operator of each maker, and what tells it what
 * to do, each after what it needs. One for each cluster.
 *
 * On OpenShift operators come from OLM, elsewhere from Helm charts in pinned versions. What somebody else installed is
 * left alone with provision `existing`. Clusters that serve on CPUs need none of this.
 *
 * @requirement AC-2, AC-3, AC-5, AC-9, AC-11, AC-14, AC-15
 */
export class Accelerators extends pulumi.ComponentResource {
  /** Resource names of the devices, such as `nvidia.com/gpu`; known once their operators have reported that they are ready. */
  readonly resources: pulumi.Output<string[]>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: AcceleratorsArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `Accelerators ${JSON.stringify(name)}`;
    const { spec, restore } = specify(acceleratorsSchema, acceleratorsRules, args, subject);
    super(TYPE, name, args, opts);
    const plan = acceleratorPlan(spec);
    const options = childOf(this, opts);
    const shared = new Map<SharedPart, pulumi.Resource[]>();
    for (const [part, installation] of Object.entries(plan.shared)) {
      shared.set(part as SharedPart, install(name, installation, restore, options));
    }
    const ready = plan.operators.flatMap((operator) => {
      const before = operator.needs.flatMap((part) => shared.get(part) ?? []);
      return install(name, operator, restore, after(options, before));
    });
    this.resources = pulumi.all(ready.map(({ urn }) => urn)).apply(() => plan.resources);
    this.registerOutputs({ resources: this.resources });
  }
}

/** Installs one operator and makes its operands, each after the one before. @returns what tells that all is there */
function install(
  name: string,
  plan: InstallationPlan,
  restore: Restore,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const full = `${name}-${plan.suffix}`;
  const { ready } = installation(full, plan, restore, opts);
  const seconds = `${plan.timeoutSeconds}s`;
  const made: pulumi.Resource[] = [...ready];
  for (const { suffix, manifest } of plan.operands) {
    const patient = { ...after(opts, made), customTimeouts: { create: seconds, update: seconds } };
    made.push(createObject(`${full}-${suffix}`, restoreManifest(manifest, restore), patient));
  }
  return made;
}

function installation(
  name: string,
  { operator, chart, provision }: InstallationPlan,
  restore: Restore,
  opts: pulumi.CustomResourceOptions,
): { ready: pulumi.Resource[] } {
  if (operator !== undefined) return installOperator(name, operator, provision, opts);
  if (chart === undefined) return { ready: [] };
  const values = restore(chart.values ?? {}) as pulumi.Input<ChartValues>;
  return installChart(name, { ...chart, values }, provision, opts);
}
