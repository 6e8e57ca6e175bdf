import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
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
  restore: <Data>(data: Data) => pulumi.Input<Data>,
  opts: pulumi.CustomResourceOptions,
): string[] {
  const { serviceAccount, role, roleBinding, secrets } = tokenAccessManifests(service, tokens);
  const account = new k8s.core.v1.ServiceAccount(componentName, { metadata: restore(serviceAccount.metadata) }, opts);
  const access = new k8s.rbac.v1.Role(componentName, { metadata: restore(role.metadata), rules: role.rules }, opts);
  new k8s.rbac.v1.RoleBinding(
    componentName,
    { metadata: restore(roleBinding.metadata), roleRef: roleBinding.roleRef, subjects: restore(roleBinding.subjects) },
    { ...opts, dependsOn: [account, access] },
  );
  for (const [index, secret] of secrets.entries()) {
    const logicalName = `${componentName}-${tokens[index] ?? index}`;
    const args = { metadata: restore(secret.metadata), type: secret.type };
    new k8s.core.v1.Secret(logicalName, args, { ...opts, dependsOn: [account] });
  }
  return secrets.map(({ metadata }) => metadata.name);
}
