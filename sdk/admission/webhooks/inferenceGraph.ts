/**
 * The rules of the validating webhook for InferenceGraphs, in upstream's order.
 * Upstream: kserve/kserve `pkg/apis/serving/v1alpha1/inference_graph_validation.go`.
 */
import type { DecodedGraph } from "./decoded";
import { type Denial, firstDenial, type Rule } from "./rule";

const NAME = "[a-z]([-a-z0-9]*[a-z0-9])?";
type Node = NonNullable<NonNullable<DecodedGraph["spec"]>["nodes"]>[string];

/** The rules for a graph; where several nodes are wrong, upstream names any one of them. */
export const inferenceGraphRules: readonly Rule<DecodedGraph>[] = [
  nameDenial,
  rootDenial,
  (graph) => onNodes(graph, repeatedStep),
  (graph) => onNodes(graph, targetDenial),
  (graph) => onNodes(graph, weightDenial),
];

function onNodes(
  graph: DecodedGraph,
  rule: (node: Node, name: string, graph: string) => Denial | undefined,
): Denial | undefined {
  const nodes = Object.entries(graph.spec?.nodes ?? {});
  return firstDenial(nodes, ([name, node]) => rule(node, name, graph.metadata?.name ?? ""));
}

function nameDenial({ metadata }: DecodedGraph): Denial | undefined {
  const name = metadata?.name ?? "";
  if (new RegExp(`^${NAME}$`).test(name)) return undefined;
  const characters = "lower case alphanumeric characters or '-', and must start with alphabetical character";
  const examples = `(e.g. "my-name" or "abc-123", regex used for validation is '${NAME}')`;
  const rule = `a InferenceGraph name must consist of ${characters}. ${examples}`;
  return { message: `The InferenceGraph "${name}" is invalid: ${rule}`, field: "metadata.name" };
}

function rootDenial({ spec }: DecodedGraph): Denial | undefined {
  if (Object.hasOwn(spec?.nodes ?? {}, "root")) return undefined;
  const need = "InferenceGraph needs a node with name 'root' as the root node of the graph";
  return { message: `root node not found, ${need}`, field: "spec.nodes" };
}

function repeatedStep({ steps = [] }: Node, node: string, graph: string): Denial | undefined {
  const names = steps.map(({ name = "" }) => name);
  return firstDenial(names, (name, index) => {
    if (name === "" || names.indexOf(name) === index) return undefined;
    const message = `Node "${node}" of InferenceGraph "${graph}" contains more than one step with name "${name}"`;
    return { message, field: `spec.nodes.${node}.steps[${index}].name` };
  });
}

function targetDenial({ steps = [] }: Node, node: string, graph: string): Denial | undefined {
  return firstDenial(steps, ({ name = "", nodeName = "", serviceName = "", serviceUrl = "" }, index) => {
    const targets = [nodeName, serviceName, serviceUrl].filter((target) => target !== "");
    if (targets.length === 1) return undefined;
    const step = `Step ${index} ("${name}") in node "${node}" of InferenceGraph "${graph}"`;
    const wrong =
      targets.length === 0
        ? "does not specify an inference target"
        : "specifies more than one of nodeName, serviceName, serviceUrl";
    return { message: `${step} ${wrong}`, field: `spec.nodes.${node}.steps[${index}]` };
  });
}

function weightDenial({ routerType, steps = [] }: Node, node: string, graph: string): Denial | undefined {
  if (routerType !== "Splitter") return undefined;
  const missing = firstDenial(steps, ({ weight, serviceName = "" }, index) => {
    if (weight !== undefined) return undefined;
    const message = `InferenceGraph[${graph}] Node[${node}] Route[${serviceName}] missing the 'Weight'`;
    return { message, field: `spec.nodes.${node}.steps[${index}].weight` };
  });
  const sum = steps.reduce((total, { weight = 0 }) => total + weight, 0);
  if (missing !== undefined || sum === 100) return missing;
  const rule = "splitter node: the sum of traffic weights for all routing targets should be 100";
  return { message: `InferenceGraph[${graph}] Node[${node}] ${rule}`, field: `spec.nodes.${node}.steps` };
}
