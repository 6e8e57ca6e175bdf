/** Each example of the guides as a program: the same objects, field by field, but for what the READMEs explain. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { runtime } from "@pulumi/pulumi";
import { repositoryPath } from "../../tools/repository";
import type { Registered } from "../components/mocks";
import { objectOf, registered } from "../components/mocks";
import { EXAMPLE_CONFIG } from "./config";
import { differencesFrom, explainedIn, guideObjects } from "./differences";

const GUIDES = repositoryPath("tests", "examples", "guides");
const names = readdirSync(GUIDES).map((file) => basename(file, ".yaml"));
const always = explainedIn("");

describe("examples of the guides", () => {
  const seen = new Set<string>();
  const programs = new Map<string, Registered[]>();

  for (const name of names) {
    /** @covers EX-1, EX-2, EX-4, EX-5, EX-6, EX-8, EX-9, EX-10, EX-11, EX-12, EX-13, EX-14, EX-15, EX-16, EX-17, EX-19, EX-20, EX-22, MC-21 */
    it(`${name} is the guide's, but for what its README and the common table explain`, async () => {
      const objects = await registered(async () => {
        runtime.setAllConfig(EXAMPLE_CONFIG);
        await import(`../../examples/${name}/index.js`);
      });
      programs.set(name, objects);
      const found = differencesFrom(guideObjects(name), objects);
      for (const difference of found) seen.add(difference);
      const explained = explainedIn(name);
      assert.deepEqual(
        found.filter((difference) => !always.includes(difference)),
        [...explained].sort(),
      );
      assert.deepEqual(
        explained.filter((difference) => always.includes(difference)),
        [],
        "explained in examples/README.md already",
      );
    });
  }

  it("explains in common only what happens", () => {
    assert.deepEqual(
      always.filter((difference) => !seen.has(difference)),
      [],
    );
  });

  it("says in the README of granite what its objects hold", () => {
    const service = objectOf((programs.get("granite") ?? []).filter(isOfKubernetes), "InferenceService");
    assert.equal(service.createTimeout, "960s");
    const { predictor } = service.inputs.spec as {
      predictor: { model: { startupProbe: { failureThreshold: number } } };
    };
    assert.equal(predictor.model.startupProbe.failureThreshold * 10, 490);
  });
});

function isOfKubernetes({ type }: Registered): boolean {
  return type.startsWith("kubernetes:");
}
