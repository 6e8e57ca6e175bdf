import assert from "node:assert/strict";
import { ourAnswer } from "./answers";
import { namedCase } from "./services";
import { refusedCases } from "./specialCases";

describe("problems of LLMInferenceServices that KServe refuses", () => {
  for (const [index, { refused, message }] of refusedCases.entries()) {
    it(String(message), () => {
      const { problems } = ourAnswer(namedCase(refused, `refused-${index}`), {});
      assert.match(problems.join("\n"), message);
    });
  }
});
