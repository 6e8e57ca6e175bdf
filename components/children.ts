import * as pulumi from "@pulumi/pulumi";

/** Options of what a component makes: below it, and after everything the component itself waits for. */
export function childOf(
  parent: pulumi.ComponentResource,
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.CustomResourceOptions {
  return opts?.dependsOn === undefined ? { parent } : { parent, dependsOn: opts.dependsOn };
}

/** The options, and the wait for some more resources. */
export function after<Options extends pulumi.CustomResourceOptions>(
  opts: Options,
  resources: readonly pulumi.Resource[],
): Options {
  return pulumi.mergeOptions(opts, { dependsOn: [...resources] }) as Options;
}
