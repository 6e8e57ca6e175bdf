/** Examples that need more around them than a cluster; cloudExamples.test.ts and twoClusters.test.ts bring them up. */
export const CLOUD_EXAMPLES: readonly string[] = ["eks", "gke", "aks", "openshift-ai", "two-clouds"];
