/** Names and labels of what is made for a service. Upstream: kserve/kserve `pkg/constants/constants.go`. */
import { added, field, type Traced, text, unknown, withField } from "../merge/traced";
import { childName } from "./childName";

/** What a pod does in the eyes of the scheduler. */
export type Role = "both" | "decode" | "prefill";

/** The name of an object made for a service. */
export function childOf(service: Traced, suffix: string): Traced {
  const name = field(service, "metadata", "name");
  const parent = text(name);
  return parent === undefined ? unknown(name?.origin) : added(childName(parent, suffix));
}

/**
 * Labels by which KServe finds the parts of a service.
 * @param component such as `workload-leader`
 */
export function partLabels(service: Traced, component: string): Traced {
  const labels = added({
    "app.kubernetes.io/component": `llminferenceservice-${component}`,
    "app.kubernetes.io/part-of": "llminferenceservice",
  });
  return withField(labels, "app.kubernetes.io/name", field(service, "metadata", "name"));
}

/** The same, for pods that requests are sent to. */
export function servingLabels(service: Traced, component: string, role: Role): Traced {
  const labels = partLabels(service, component);
  const serving = withField(labels, "kserve.io/component", added("workload"));
  return withField(serving, "llm-d.ai/role", added(role));
}
