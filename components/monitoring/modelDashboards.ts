import * as pulumi from "@pulumi/pulumi";
import type { ModelDashboardsArgs } from "../../sdk/spec/monitoring/modelDashboards";
import { modelDashboardsRules, modelDashboardsSchema } from "../../sdk/spec/monitoring/modelDashboards";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { modelDashboardsManifests } from "./modelDashboardsManifests";

const TYPE = "model-serving:index:ModelDashboards";

/**
 * Grafana dashboards of model servers: the four graphs of OpenShift AI's dashboard, and what the server alone can tell.
 *
 * @requirement MO-12
 */
export class ModelDashboards extends pulumi.ComponentResource {
  /** Names of the objects. */
  readonly dashboardNames: pulumi.Output<string[]>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ModelDashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ModelDashboards ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      modelDashboardsSchema,
      [...modelDashboardsRules, defaultName(modelDashboardsSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const dashboards = modelDashboardsManifests({ ...spec, name: spec.name ?? name });
    for (const [index, dashboard] of dashboards.entries()) {
      const logicalName = `${name}-${spec.engines[index] ?? index}`;
      createObject(logicalName, restoreManifest(dashboard, restore), childOf(this, opts));
    }
    this.dashboardNames = pulumi.output(dashboards.map(({ metadata }) => metadata.name));
    this.registerOutputs({ dashboardNames: this.dashboardNames });
  }
}
