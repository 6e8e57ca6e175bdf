/** What holds for every pair of a runtime and a service. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { DEFAULT_CONTROLLER_CONFIG } from "../../../sdk/pod/controllerConfig";
import { templateInput } from "../../../sdk/pod/effectivePod";
import { decode } from "../../../sdk/pod/merge/decode";
import { strategicMerge } from "../../../sdk/pod/merge/strategicMerge";
import { field, plain, select, trace, type Traced } from "../../../sdk/pod/merge/traced";
import { SHIPPED_STORAGE_CONTAINER } from "../../../sdk/pod/storage/storageContainer";
import { deployments, type Template } from "../../../sdk/pod/template/deployments";
import { withInjections } from "../../../sdk/pod/webhook/injections";
import { named, pairs } from "./arbitraries/pairs";
import { knownObjects } from "./surroundings";

const config = DEFAULT_CONTROLLER_CONFIG;
// Downloaders of our own are left out: one that renames the init container is added again, upstream as well.
const objects = { ...knownObjects("pairs", []), storageContainers: [SHIPPED_STORAGE_CONTAINER] };

describe("the strategic merge", () => {
  it("changes nothing when it is done again", () => {
    fc.assert(
      fc.property(pairs, (pair) => {
        const { service, runtime } = named(pair, "p");
        if (runtime === undefined) return;
        const [base, patch] = [trace(runtime, runtime), trace(service, service)];
        const parts: [Traced | undefined, Traced | undefined][] = [
          [decode(field(base, "spec")), decode(field(patch, "spec", "predictor"))],
          [itemOf(decode(field(base, "spec", "containers"))), decode(field(patch, "spec", "predictor", "model"))],
        ];
        for (const [below, above] of parts) {
          const once = strategicMerge(below, above);
          assert.deepEqual(shown(strategicMerge(once, above)), shown(once));
        }
      }),
    );
  });
});

describe("the pod webhook", () => {
  it("changes nothing when it sees a pod again", () => {
    fc.assert(
      fc.property(pairs, (pair) => {
        const input = templateInput({ ...named(pair, "p"), objects, generation: 1 });
        const predictor = field(input.service, "spec", "predictor");
        const context = { config, objects, namespace: field(input.service, "metadata", "namespace") };
        for (const template of deployments(input)) {
          const problems: Template["problems"] = [];
          const once = withInjections(template, predictor, { ...context, problems });
          if (problems.length > 0) continue;
          const again = withInjections(once, predictor, { ...context, problems });
          assert.deepEqual([shown(again.spec), shown(again.annotations)], [shown(once.spec), shown(once.annotations)]);
        }
      }),
    );
  });
});

describe("origins", () => {
  it("name a field that the object has, wherever a value came from", () => {
    let seen = 0;
    fc.assert(
      fc.property(pairs, (pair) => {
        const input = templateInput({ ...named(pair, "p"), objects, generation: 1 });
        const predictor = field(input.service, "spec", "predictor");
        const context = { config, objects, namespace: field(input.service, "metadata", "namespace"), problems: [] };
        for (const template of deployments(input)) {
          const { spec, labels, annotations } = withInjections(template, predictor, context);
          for (const root of [spec, labels, annotations, template.strategy, template.replicas]) {
            for (const { object, path } of originsIn(root)) {
              seen += 1;
              assert.ok(path === "" || select(trace(object, object), path) !== undefined, `${object.kind}: ${path}`);
            }
          }
        }
      }),
      { numRuns: 40 },
    );
    assert.ok(seen > 1000, `only ${seen} origins were looked at`);
  });
});

function itemOf(list: Traced | undefined): Traced | undefined {
  return list?.kind === "list" ? list.items[0] : undefined;
}

function shown(node: Traced | undefined): unknown {
  return node === undefined ? undefined : plain(node);
}

function originsIn(node: Traced): NonNullable<Traced["origin"]>[] {
  const own = node.origin === undefined ? [] : [node.origin];
  if (node.kind === "leaf") return own;
  const inner = node.kind === "list" ? node.items : [...node.fields.values()];
  return [...own, ...inner.flatMap(originsIn)];
}
