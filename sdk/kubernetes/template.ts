/**
 * OpenShift's Template, as OpenShift AI's dashboard reads it: a list of one runtime.
 * Upstream: openshift/api `template/v1/types.go`.
 */
import type { KubernetesObject, ObjectMeta } from "./core";

export const TEMPLATE_V1 = "template.openshift.io/v1";

export interface Template extends KubernetesObject {
  apiVersion: typeof TEMPLATE_V1;
  kind: "Template";
  metadata: ObjectMeta & { namespace: string };
  objects: object[];
}
