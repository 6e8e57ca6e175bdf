/** An object that somebody made by hand becomes part of a component, as it is. */
import assert from "node:assert/strict";
import { runtimeManifest } from "../../components/runtimes/runtimeManifest";
import {
  resolveServingRuntime,
  servingRuntimeRules,
  servingRuntimeSchema,
} from "../../sdk/spec/runtimes/servingRuntime";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { expectSuccess } from "../../tools/engine/stack";
import { objectApi, testCluster } from "../cluster/harness";
import { testStack } from "./harness";

const NAMESPACE = "adopt";
const IMAGES = { old: "docker.io/vllm/vllm-openai:v0.18.0", newer: "docker.io/vllm/vllm-openai:v0.21.0" };

describe("an object that exists already", function () {
  this.timeout(240_000);

  /** @covers MP-6 */
  it("is imported as the child of a component, never made anew, and is changed in place afterwards", async () => {
    const api = objectApi(await testCluster());
    await api.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACE } });
    await api.create(writtenByHand());
    const before = await uid();

    const project = "tests/engine/programs/adopt";
    const config = (image: string, adopt: boolean) => ({ "adopt:image": image, "adopt:adopt": adopt });
    const stack = await testStack({ project, config: config(IMAGES.old, true) });
    expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up that imports");
    assert.equal(await uid(), before);
    const runtime = (await stack.export()).deployment.resources?.find(({ type }) => type.endsWith(":ServingRuntime"));
    assert.ok(runtime !== undefined);

    const usual = await testStack({ project, config: config(IMAGES.old, false), sameStackAs: stack });
    expectSuccess(await usual.run(["preview", "--refresh", "--expect-no-changes"]), "preview without the import");
    const changed = await testStack({ project, config: config(IMAGES.newer, false), sameStackAs: stack });
    const refused = await changed.run(["up", "--yes", "--skip-preview"]);
    assert.match(
      refused.stdout + refused.stderr,
      /field conflict/,
      "the fields still belong to who wrote them by hand",
    );
    const env = { PULUMI_K8S_ENABLE_PATCH_FORCE: "true" };
    expectSuccess(
      await changed.run(["up", "--yes", "--skip-preview"], { env }),
      "pulumi up that takes the fields over",
    );
    assert.equal(await uid(), before);
    expectSuccess(await changed.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  });
});

function writtenByHand(): ReturnType<typeof runtimeManifest> & { metadata: object } {
  const args = { namespace: NAMESPACE, accelerator: "nvidia.com/gpu", image: IMAGES.old };
  const spec = parseSpec(servingRuntimeSchema, servingRuntimeRules, args, "shared");
  return runtimeManifest(resolveServingRuntime("shared", spec));
}

async function uid(): Promise<string | undefined> {
  const metadata = { name: "shared", namespace: NAMESPACE };
  const found = await objectApi(await testCluster()).read({
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ServingRuntime",
    metadata,
  });
  return found.metadata?.uid;
}
