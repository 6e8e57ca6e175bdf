/**
 * Simulated OLM and operators: no CatalogSource, no CSV, no pod. They write only the status that the real ones write when
 * all has gone well, as soon as the object appears, so that what waits for it can go on.
 */
import type { ApiServer } from "../../../tools/kubernetes-plugin/apiServer";
import { textAt } from "../../../tools/kubernetes-plugin/objects";
import type { JsonObject } from "../../../tools/kubernetes-plugin/wire";
import { eachAppearance } from "../../cluster/appearances";
import { edit } from "../../tools/kubernetesPluginCluster";

const NOW = "2026-11-27T00:00:00Z";

function condition(type: string): JsonObject {
  return { conditions: [{ type, status: "True", reason: "Simulated", message: "", lastTransitionTime: NOW }] };
}

/** Collections that are watched, and the status that the object of a name gets; undefined: none. */
const ANSWERS: Readonly<Record<string, (name: string) => JsonObject | undefined>> = {
  "/apis/operators.coreos.com/v1alpha1/subscriptions": (name) => {
    return { installedCSV: `${name}.v1`, currentCSV: `${name}.v1`, state: "AtLatestKnown", lastUpdated: NOW };
  },
  "/apis/nfd.openshift.io/v1/nodefeaturediscoveries": () => condition("Available"),
  "/apis/nvidia.com/v1/clusterpolicies": () => ({ state: "ready" }),
  "/apis/amd.com/v1alpha1/deviceconfigs": () => condition("Ready"),
  "/apis/spyre.ibm.com/v1alpha1/spyreclusterpolicies": () => ({ state: "ready", devicePluginsStateStatus: {} }),
  "/apis/habanalabs.habana.ai/v1/clusterpolicies": () => undefined,
};

/** Answers until the signal. @returns what appeared and what was answered so far, in order */
export function simulateOperators(api: ApiServer, signal: AbortSignal): { events: string[]; ended: Promise<void> } {
  const events: string[] = [];
  const watches = Object.entries(ANSWERS).map(async ([path, answer]) => {
    await eachAppearance(api, path, signal, async (object) => {
      const name = textAt(object, "metadata", "name") ?? "";
      const what = `${textAt(object, "kind") ?? ""} ${name}`;
      events.push(`${what} appears`);
      const status = answer(name);
      if (status === undefined) return;
      const namespace = textAt(object, "metadata", "namespace");
      const place = namespace === undefined ? path : path.replace(/\/([^/]+)$/, `/namespaces/${namespace}/$1`);
      await edit(api, `${place}/${name}/status`, { status });
      events.push(`${what} is ready`);
    });
  });
  const ended = Promise.allSettled(watches).then(() => undefined);
  return { events, ended };
}
