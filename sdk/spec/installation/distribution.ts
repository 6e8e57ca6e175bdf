/** What kind of cluster something is installed on. */
import { choice } from "../schema/fields";

/** Decides how operators are installed, and what node images bring along. */
export const KubernetesDistribution = {
  /** OpenShift: operators come from OLM. */
  OpenShift: "openshift",
  /** Amazon EKS, with the EKS-optimised accelerated images. */
  EKS: "eks",
  /** Google GKE, with drivers installed by Google. */
  GKE: "gke",
  /** Azure AKS, with drivers in the node image. */
  AKS: "aks",
  /** Any other, whose node images bring no drivers. */
  Other: "kubernetes",
} as const;
export type KubernetesDistribution = (typeof KubernetesDistribution)[keyof typeof KubernetesDistribution];

/** A field for the kind of cluster. */
export const distribution = choice(Object.values(KubernetesDistribution), {
  ocp: 'did you mean "openshift"?',
  rosa: "ROSA is OpenShift",
  aro: "ARO is OpenShift",
  vanilla: 'did you mean "kubernetes"?',
});
