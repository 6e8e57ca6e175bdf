import * as pulumi from "@pulumi/pulumi";
import type { ModelVolumeArgs, ModelVolumeSpec } from "../../sdk/spec/storage/modelVolume";
import { modelVolumeRules, modelVolumeSchema } from "../../sdk/spec/storage/modelVolume";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { fillJob, volumeClaim } from "./modelVolumeManifests";

const TYPE = "model-serving:index:ModelVolume";
/** A model of hundreds of gigabytes takes its time. */
const FILL_TIMEOUT = "6h";

const specs = new WeakMap<ModelVolume, ModelVolumeSpec>();

/** What a deployment must know of the volume it is given. */
export function specOfVolume(volume: ModelVolume): ModelVolumeSpec | undefined {
  return specs.get(volume);
}

/**
 * A PersistentVolumeClaim with model files that any number of pods of its namespace read, filled by a Job if asked for.
 *
 * @requirement ST-11, ST-12, ST-13, ST-14
 */
export class ModelVolume extends pulumi.ComponentResource {
  /** Name of the claim, once the files are there. */
  readonly claimName: pulumi.Output<string>;
  /** What models write as `source.pvc`: claim and path. */
  readonly location: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: ModelVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `ModelVolume ${JSON.stringify(name)}`;
    const checked = specify(
      modelVolumeSchema,
      [...modelVolumeRules, defaultName(modelVolumeSchema.shape.name, name)],
      args,
      subject,
    );
    const spec = { ...checked.spec, name: checked.spec.name ?? name };
    super(TYPE, name, args, opts);
    specs.set(this, spec);
    const child = childOf(this, opts);
    const manifest = (object: object) => restoreManifest(object, checked.restore);
    const claim = createObject(name, manifest(volumeClaim(spec)), { ...child, retainOnDelete: spec.retain });
    const last =
      spec.fill === undefined
        ? claim
        : createObject(`${name}-fill`, manifest(fillJob(spec, spec.fill)), {
            ...child,
            dependsOn: [claim],
            customTimeouts: { create: FILL_TIMEOUT, update: FILL_TIMEOUT },
          });
    this.claimName = last.id.apply(() => spec.name);
    this.location = last.id.apply(() => (spec.path === undefined ? spec.name : `${spec.name}/${spec.path}`));
    this.registerOutputs({ claimName: this.claimName, location: this.location });
  }
}
