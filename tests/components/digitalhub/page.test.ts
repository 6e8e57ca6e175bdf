import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { HuggingFaceTask, huggingFaceApis, VLLM_APIS } from "../../../sdk/spec/digitalhub/tasks";
import { kubeAiApis, ModelFeature } from "../../../sdk/spec/kubeai/features";
import { repositoryPath } from "../../../tools/repository";

describe("the page on DigitalHub", () => {
  const page = readFileSync(repositoryPath("docs", "digitalhub.md"), "utf8");

  /** @covers DH-29, DH-31 */
  it("lists every API that an output names", () => {
    const hub = Object.values(HuggingFaceTask).flatMap((task) => huggingFaceApis(task, "<model>"));
    const apis = [...kubeAiApis(Object.values(ModelFeature)), ...Object.values(VLLM_APIS).flat(), ...hub];
    const missing = apis.filter((api) => !page.includes(`\`${api.replace(/^\/openai/, "")}\``));
    assert.deepEqual(missing, []);
  });

  /** @covers DH-32 */
  it("points to the platform's own SDK", () => {
    assert.match(page, /\]\(https:\/\/scc-digitalhub\.github\.io\/docs\/\)/);
  });
});
