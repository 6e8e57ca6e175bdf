import * as pulumi from "@pulumi/pulumi";
import type { LocalModelCacheArgs } from "../../sdk/spec/storage/localModelCache";
import { cachedUri, localModelCacheRules, localModelCacheSchema } from "../../sdk/spec/storage/localModelCache";
import { defaultName } from "../../sdk/spec/schema/fields";
import { after, childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { localModelCacheManifest, nodeGroupManifest } from "./localModelCacheManifests";

const TYPE = "model-serving:index:LocalModelCache";

/**
 * A model on the disks of nodes, so that new pods there start without a download. KServe's local model agent must run.
 *
 * @requirement ST-1
 */
export class LocalModelCache extends pulumi.ComponentResource {
  /** The address that services repeat to be served from the cache, as `source.uri`. */
  readonly uri: pulumi.Output<string>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: LocalModelCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `LocalModelCache ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      localModelCacheSchema,
      [...localModelCacheRules, defaultName(localModelCacheSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const child = childOf(this, opts);
    const groups = (spec.nodeGroups ?? []).map((group) =>
      createObject(`${name}-${group.name}`, restoreManifest(nodeGroupManifest(group), restore), child),
    );
    const cache = { ...spec, name: spec.name ?? name };
    // The address of a cache never changes: another one is another cache.
    createObject(name, restoreManifest(localModelCacheManifest(cache), restore), {
      ...after(child, groups),
      replaceOnChanges: ["spec.sourceModelUri"],
      deleteBeforeReplace: true,
    });
    this.uri = pulumi.output(restore(cachedUri(cache)));
    this.registerOutputs({ uri: this.uri });
  }
}
