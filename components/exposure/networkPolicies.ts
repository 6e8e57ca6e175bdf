import * as pulumi from "@pulumi/pulumi";
import type { NetworkPoliciesArgs } from "../../sdk/spec/exposure/networkPolicies";
import { networkPoliciesRules, networkPoliciesSchema } from "../../sdk/spec/exposure/networkPolicies";
import { defaultName } from "../../sdk/spec/schema/fields";
import { childOf } from "../children";
import { createObject, restoreManifest } from "../objects";
import { specify } from "../specification";
import { networkPoliciesManifests } from "./networkPoliciesManifests";

const TYPE = "model-serving:index:NetworkPolicies";

/**
 * Lets routers, monitoring, the platform and named callers reach a model, and nobody else. With `egress`, the model's
 * pods reach names, downloads and the API server, and nothing else.
 *
 * @requirement XA-19, BP-9
 */
export class NetworkPolicies extends pulumi.ComponentResource {
  /** Names of the policies. */
  readonly policyNames: pulumi.Output<string[]>;

  /** @throws RunError with everything that is wrong with the arguments */
  constructor(name: string, args: NetworkPoliciesArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = `NetworkPolicies ${JSON.stringify(name)}`;
    const { spec, restore } = specify(
      networkPoliciesSchema,
      [...networkPoliciesRules(name), defaultName(networkPoliciesSchema.shape.name, name)],
      args,
      subject,
    );
    super(TYPE, name, args, opts);
    const objectName = spec.name ?? name;
    const policies = networkPoliciesManifests({ ...spec, name: objectName });
    for (const policy of policies) {
      const suffix = policy.metadata.name.slice(objectName.length);
      createObject(`${name}${suffix}`, restoreManifest(policy, restore), childOf(this, opts));
    }
    this.policyNames = pulumi.output(policies.map(({ metadata }) => metadata.name));
    this.registerOutputs({ policyNames: this.policyNames });
  }
}
