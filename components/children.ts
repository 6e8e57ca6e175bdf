import type * as pulumi from "@pulumi/pulumi";

/** Options of what a component makes: below it, and after everything the component itself waits for. */
export function childOf(
  parent: pulumi.ComponentResource,
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.CustomResourceOptions {
  return opts?.dependsOn === undefined ? { parent } : { parent, dependsOn: opts.dependsOn };
}
