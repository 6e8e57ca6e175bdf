import * as pulumi from "@pulumi/pulumi";
import type { WarmUpArgs } from "../../sdk/spec/monitoring/warmUp";
import { warmUpRules, warmUpSchema } from "../../sdk/spec/monitoring/warmUp";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { warmUpManifest } from "./warmUpManifest";

const TYPE = "model-serving:index:WarmUp";

/**
 * Sends a language model its first request, so that metrics and dashboards have something to show. Give it the model in
 * `dependsOn`; Pulumi waits until the Job is done.
 *
 * @requirement MO-9
 */
export class WarmUp extends pulumi.ComponentResource {
  /** Name of the Job. */
  readonly jobName: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: WarmUpArgs, opts?: pulumi.ComponentResourceOptions) {
    const { spec, restore } = specify(
      warmUpSchema,
      [...warmUpRules, defaultName(warmUpSchema.shape.name, name)],
      args,
      `WarmUp ${JSON.stringify(name)}`,
    );
    super(TYPE, name, args, opts);
    const manifest = warmUpManifest({ ...spec, name: spec.name ?? name });
    const patience = `${spec.timeoutSeconds}s`;
    createObject(
      name,
      restoreManifest(manifest, restore),
      // A Job never runs twice: another request is another Job.
      pulumi.mergeOptions(childOf(this, opts), {
        deleteBeforeReplace: true,
        replaceOnChanges: ["spec.template"],
        customTimeouts: { create: patience },
      }),
    );
    this.jobName = pulumi.output(manifest.metadata.name);
    this.registerOutputs({ jobName: this.jobName });
  }
}
