/**
 * The predictor's pod before its models and its defaults: a runtime with a service laid over it, or containers alone.
 * Upstream: kserve/kserve `pkg/controller/v1beta1/inferenceservice/components/predictor.go` (buildPodSpec).
 */
import { MAIN_CONTAINER } from "../../kubernetes/kserve";
import { decode } from "../merge/decode";
import { withVariable } from "../merge/environment";
import { mergePods } from "../merge/strategicMerge";
import { added, field, itemNamed, mapItems, type Traced, withField } from "../merge/traced";
import type { Problem } from "../problem";
import { buildContainers } from "./containers";
import { podOf } from "./podDefaults";

/** Every container of it is told the service's name. */
export function predictorPod(service: Traced, runtime: Traced | undefined, problems: Problem[]): Traced {
  const predictor = field(service, "spec", "predictor");
  const isModel = field(predictor, "model") !== undefined;
  const own = podOf(predictor);
  const merged = isModel ? mergePods(decode(field(runtime, "spec")), own) : own;
  const containers = isModel
    ? buildContainers(service, runtime ?? added({}), problems)
    : customContainers(field(own, "containers"));
  const name = field(service, "metadata", "name");
  const named = mapItems(containers, (container) => withVariable(container, "INFERENCE_SERVICE_NAME", name));
  return withField(merged, "containers", named);
}

/** Upstream puts the main container first, over whatever stood there. */
function customContainers(containers: Traced | undefined): Traced {
  const main = itemNamed(containers, MAIN_CONTAINER);
  if (containers?.kind !== "list" || main === undefined) return containers ?? added([]);
  return { ...containers, items: [main, ...containers.items.slice(1)] };
}
