import * as pulumi from "@pulumi/pulumi";
import type { ModelServiceAccountArgs } from "../../sdk/spec/storage/modelServiceAccount";
import { modelServiceAccountRules, modelServiceAccountSchema } from "../../sdk/spec/storage/modelServiceAccount";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { AZURE_POD_LABEL, serviceAccountManifest } from "./serviceAccountManifest";

const TYPE = "model-serving:index:ModelServiceAccount";

/**
 * A ServiceAccount whose pods load models with the rights of a cloud account: Amazon S3, Google Cloud Storage, Azure
 * Blob Storage. No key is stored anywhere.
 *
 * @requirement ST-1, ST-2
 */
export class ModelServiceAccount extends pulumi.ComponentResource {
  /** What models write as `serviceAccountName`. */
  readonly serviceAccountName: pulumi.Output<string>;
  /** What models must write among their `labels`; empty but for Azure. */
  readonly podLabels: pulumi.Output<Record<string, string>>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ModelServiceAccountArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ModelServiceAccount ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      modelServiceAccountSchema,
      [...modelServiceAccountRules, defaultName(modelServiceAccountSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const manifest = serviceAccountManifest({ ...spec, name: spec.name ?? name });
    const account = createObject(name, restoreManifest(manifest, restore), childOf(this, opts));
    // Through the object, so that what uses the name comes after it.
    this.serviceAccountName = account.id.apply(() => spec.name ?? name);
    this.podLabels = pulumi
      .output(spec.azure)
      .apply((azure): Record<string, string> => (azure === undefined ? {} : { ...AZURE_POD_LABEL }));
    this.registerOutputs({ serviceAccountName: this.serviceAccountName, podLabels: this.podLabels });
  }
}
