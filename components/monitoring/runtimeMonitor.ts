import * as pulumi from "@pulumi/pulumi";
import type { RuntimeMonitorArgs } from "../../sdk/spec/monitoring/runtimeMonitor";
import { runtimeMonitorRules, runtimeMonitorSchema } from "../../sdk/spec/monitoring/runtimeMonitor";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { runtimeMonitorManifest } from "./runtimeMonitorManifest";

const TYPE = "model-serving:index:RuntimeMonitor";

/**
 * Tells Prometheus operator of a model's metrics. Not on OpenShift AI, whose controller does.
 *
 * @requirement MO-14
 */
export class RuntimeMonitor extends pulumi.ComponentResource {
  /** Name of the monitor. */
  readonly monitorName: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: RuntimeMonitorArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `RuntimeMonitor ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      runtimeMonitorSchema,
      [...runtimeMonitorRules, defaultName(runtimeMonitorSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const manifest = runtimeMonitorManifest({ ...spec, name: spec.name ?? name });
    createObject(name, restoreManifest(manifest, restore), childOf(this, opts));
    this.monitorName = pulumi.output(manifest.metadata.name);
    this.registerOutputs({ monitorName: this.monitorName });
  }
}
