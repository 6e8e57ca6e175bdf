import type * as pulumi from "@pulumi/pulumi";
import { createObject, restoreManifest } from "../objects";
import type { Restore } from "../specification";
import { tokenAccessManifests } from "./tokenAccessManifests";

/**
 * The account, role, binding and tokens of one service, as children of the component that serves it.
 *
 * @returns names of the Secrets that hold the tokens
 */
export function tokenAccess(
  componentName: string,
  service: Parameters<typeof tokenAccessManifests>[0],
  tokens: string[],
  restore: Restore,
  opts: pulumi.CustomResourceOptions,
): string[] {
  const { serviceAccount, role, roleBinding, secrets } = tokenAccessManifests(service, tokens);
  const account = createObject(componentName, restoreManifest(serviceAccount, restore), opts);
  const access = createObject(componentName, restoreManifest(role, restore), opts);
  createObject(componentName, restoreManifest(roleBinding, restore), { ...opts, dependsOn: [account, access] });
  for (const [index, secret] of secrets.entries()) {
    const logicalName = `${componentName}-${tokens[index] ?? index}`;
    createObject(logicalName, restoreManifest(secret, restore), { ...opts, dependsOn: [account] });
  }
  return secrets.map(({ metadata }) => metadata.name);
}
