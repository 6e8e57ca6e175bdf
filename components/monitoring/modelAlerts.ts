import * as pulumi from "@pulumi/pulumi";
import type { ModelAlertsArgs } from "../../sdk/spec/monitoring/modelAlerts";
import { modelAlertsRules, modelAlertsSchema } from "../../sdk/spec/monitoring/modelAlerts";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { modelAlertsManifest } from "./modelAlertsManifest";

const TYPE = "model-serving:index:ModelAlerts";

/**
 * Alerts on one model: it is down, answers with errors, is too slow, has a long queue or a full cache, sits on a GPU
 * that fails. Each says what to do. Works with OpenShift's user workload monitoring and with Prometheus operator.
 *
 * @requirement MO-17, BP-20
 */
export class ModelAlerts extends pulumi.ComponentResource {
  /** Names of the alerts. */
  readonly alertNames: pulumi.Output<string[]>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ModelAlertsArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ModelAlerts ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      modelAlertsSchema,
      [...modelAlertsRules, defaultName(modelAlertsSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const manifest = modelAlertsManifest({ ...spec, name: spec.name ?? name });
    createObject(name, restoreManifest(manifest, restore), childOf(this, opts));
    this.alertNames = pulumi.output(manifest.spec.groups.flatMap((group) => group.rules.map(({ alert }) => alert)));
    this.registerOutputs({ alertNames: this.alertNames });
  }
}
