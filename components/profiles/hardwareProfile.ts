import * as pulumi from "@pulumi/pulumi";
import type { HardwareProfileArgs, HardwareProfileSpec } from "../../sdk/spec/profiles/hardwareProfile";
import {
  hardwareProfileRules,
  hardwareProfileSchema,
  resolveHardwareProfile,
} from "../../sdk/spec/profiles/hardwareProfile";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject } from "../objects";
import { plainError, specify } from "../specification";
import { hardwareProfileManifest } from "./hardwareProfileManifest";

const TYPE = "model-serving:index:HardwareProfile";

/**
 * One kind of hardware as workloads use it: accelerators, CPU, memory, and where such pods run.
 *
 * On OpenShift AI it is an object that the dashboard offers and admission reads. Plain KServe knows no such kind; there
 * the component makes nothing and only carries the values into the model deployments that name it.
 */
export class HardwareProfile extends pulumi.ComponentResource {
  /** Name of the profile. */
  readonly profileName: pulumi.Output<string>;
  /** Namespace of the profile. */
  readonly namespace: pulumi.Output<string>;
  /** Resource name of the accelerator, such as `nvidia.com/gpu`; undefined on CPUs. */
  readonly resource: pulumi.Output<string | undefined>;

  /**
   * @param name name of the component, and of the object unless the arguments say otherwise
   * @throws RunError with everything that is wrong with the arguments
   */
  constructor(name: string, args: HardwareProfileArgs, opts?: pulumi.ComponentResourceOptions) {
    const { spec } = specify(
      hardwareProfileSchema,
      [...hardwareProfileRules, defaultName(hardwareProfileSchema.shape.name, name)],
      args,
      `HardwareProfile ${JSON.stringify(name)}`,
    );
    super(TYPE, name, args, opts);
    const profile = resolveHardwareProfile(name, spec);
    settled.set(this, profile);
    if (profile.hasObject) createObject(name, { ...hardwareProfileManifest(profile) }, childOf(this, opts));
    this.profileName = pulumi.output(profile.name);
    this.namespace = pulumi.output(profile.namespace);
    this.resource = pulumi.output(profile.accelerator?.resource);
    this.registerOutputs({ profileName: this.profileName, namespace: this.namespace, resource: this.resource });
  }
}

/** Kept beside the class: a private member would count as an output of the component in other languages. */
const settled = new WeakMap<HardwareProfile, HardwareProfileSpec>();

/** What a profile component stands for, plainly, so that those who use it can calculate at preview. */
export function specOfProfile(profile: HardwareProfile): HardwareProfileSpec {
  const spec = settled.get(profile);
  if (spec === undefined) throw plainError("hardwareProfile: expected a HardwareProfile component of this package");
  return spec;
}
