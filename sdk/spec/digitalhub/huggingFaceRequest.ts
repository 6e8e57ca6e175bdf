/** A request by which one can see that KServe's Hugging Face server answers. */
import { openAiTestCommand } from "../kubeai/openAiRequest";
import { type HuggingFaceTask, protocolOf } from "./tasks";

/** A curl command in the protocol of the task. */
export function huggingFaceTestCommand(
  { name, modelName, task }: { name: string; modelName: string; task: HuggingFaceTask },
  namespace: string,
  api: string,
): string {
  if (protocolOf(task) === "openai") return openAiTestCommand(name, namespace, modelName, api);
  const sentence = task === "fill_mask" ? "The capital of France is [MASK]." : "Serving models is fun.";
  const body = { inputs: [{ name: "input-0", shape: [1], datatype: "BYTES", data: [sentence] }] };
  const pod = `kubectl run ${name.slice(0, 58)}-test --namespace ${namespace} --rm -i --restart=Never`;
  return `${pod} --image=curlimages/curl:8.11.0 -- curl -sS ${api} -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
}
