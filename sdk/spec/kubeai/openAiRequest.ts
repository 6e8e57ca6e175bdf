/** A request by which one can see that a model answers. */

/** What is asked, by the API it is asked of; the rest of the APIs take files or shapes of their own. */
const QUESTIONS: readonly [suffix: string, body: Record<string, unknown>][] = [
  ["/chat/completions", { messages: [{ role: "user", content: "What is machine learning?" }] }],
  ["/completions", { prompt: "Machine learning is", max_tokens: 16 }],
  ["/embeddings", { input: "What is machine learning?" }],
  ["/rerank", { query: "What is machine learning?", documents: ["A branch of computing.", "A kind of cheese."] }],
];

/** A curl command from a pod beside the model; speech takes a file of the caller's. */
export function openAiTestCommand(podName: string, namespace: string, model: string, api: string): string {
  const pod = `kubectl run ${podName.slice(0, 58)}-test --namespace ${namespace} --rm -i --restart=Never`;
  const curl = `${pod} --image=curlimages/curl:8.11.0 -- curl -sS ${api}`;
  const question = QUESTIONS.find(([suffix]) => api.endsWith(suffix))?.[1];
  if (question === undefined) return `curl -sS ${api} -F model=${model} -F file=@speech.wav`;
  return `${curl} -H 'Content-Type: application/json' -d '${JSON.stringify({ model, ...question })}'`;
}
