/** What holds for every component: its place in the tree, its options handed on, its arguments and outputs told. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { registered } from "../mocks";
import { outcomeOf, STATE } from "./harness";
import { subject, SUBJECTS } from "./subjects";

class Before extends pulumi.CustomResource {
  constructor() {
    super("test:index:Before", "before", {});
  }
}

describe("wiring of every component", () => {
  for (const name of SUBJECTS) {
    const { create, right } = subject(name);

    describe(name, () => {
      it("is the ancestor of all it makes, and makes all of it after what it waits for", async () => {
        const resources = await registered(
          () => {
            new create("granite-x", right, { dependsOn: new Before() });
          },
          { state: STATE },
        );
        const own = resources.find(({ type }) => type === `model-serving:index:${name}`);
        assert.ok(own);
        assert.equal(own.parent, undefined);
        const made = resources.filter((one) => one !== own && one.type !== "test:index:Before");
        assert.ok(made.length > 0);
        const known = new Set(made.map(({ type, name: child }) => `${type} ${child}`));
        for (const { type, name: child, parent, dependencies } of made) {
          const label = `${type} ${child}`;
          assert.ok(parent === `${own.type} ${own.name}` || known.has(parent ?? ""), `${label} is below ${parent}`);
          if (type.startsWith("model-serving:")) continue;
          assert.ok(waits(label, dependencies, resources), `${label} waits for ${dependencies.join(", ")}`);
        }
      });

      it("tells its arguments and registers its outputs", async () => {
        const { resources, outputs } = await outcomeOf(subject(name), "granite-x", right);
        const own = resources.find(({ type }) => type === `model-serving:index:${name}`);
        const told = Object.keys(own?.inputs ?? {}).sort();
        assert.deepEqual(told, Object.keys(right).sort());
        assert.ok(outputs.includes("granite-x"), `registered outputs: ${outputs.join(", ")}`);
      });

      it("has names that stay the same from run to run", async () => {
        const names = async (): Promise<string[]> =>
          (await outcomeOf(subject(name), "granite-x", right)).resources.map(
            ({ type, name: child }) => `${type} ${child}`,
          );
        const first = await names();
        assert.deepEqual((await names()).sort(), [...first].sort());
        assert.equal(new Set(first).size, first.length);
      });
    });
  }
});

/** Whether an object waits for `before`, itself or by way of what it waits for. */
function waits(
  label: string,
  dependencies: readonly string[],
  resources: readonly { type: string; name: string; dependencies: string[] }[],
  seen: readonly string[] = [],
): boolean {
  if (dependencies.includes("test:index:Before before")) return true;
  return dependencies
    .filter((one) => one !== label && !seen.includes(one))
    .some((one) => {
      const other = resources.find(({ type, name }) => `${type} ${name}` === one);
      return other !== undefined && waits(one, other.dependencies, resources, [...seen, label]);
    });
}
