/** Several clusters in one program: every resource goes through the provider of its stack. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterDown, clusterUp, type Cluster } from "../../tools/cluster/cluster";
import { expectSuccess, type StoredResource } from "../../tools/engine/stack";
import type { KubernetesObject } from "../../sdk/kubernetes/core";
import { POLICY_PACK } from "../../tools/up/place";
import { objectApi, testCluster } from "../cluster/harness";
import { testStack } from "./harness";

const PLACES = ["east", "west"] as const;
type Place = (typeof PLACES)[number];

describe("a program for two clusters", function () {
  this.timeout(300_000);
  let dir: string;
  let clusters: Record<Place, Cluster>;

  before(async () => {
    dir = mkdtempSync(join(tmpdir(), "model-serving-west-"));
    // One after the other: both look for free ports.
    const east = await testCluster();
    clusters = { east, west: await clusterUp(dir) };
  });

  after(() => clusterDown(dir));

  it("makes nothing in the wrong cluster, and needs no default provider", async () => {
    const config = Object.fromEntries(
      PLACES.map((place) => [`two-clusters:${place}`, readFileSync(clusters[place].kubeconfig, "utf8")]),
    );
    const nowhere = join(dir, "no-kubeconfig");
    const stack = await testStack({
      project: "tests/engine/programs/two-clusters",
      config: { ...config, "pulumi:disable-default-providers": ["kubernetes"] },
      env: { KUBECONFIG: nowhere },
    });
    expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");

    for (const place of PLACES) {
      const api = objectApi(clusters[place]);
      const { items } = await api.list("serving.kserve.io/v1beta1", "InferenceService");
      const places = items.map(({ metadata }) => `${metadata?.namespace} ${metadata?.labels?.place}`);
      assert.deepEqual(places, [`models-${place} ${place}`], `services of ${place}`);
      const namespaces = (await api.list("v1", "Namespace")).items.map(({ metadata }) => metadata?.name);
      const other = place === "east" ? "west" : "east";
      assert.ok(!namespaces.includes(`models-${other}`), `${place} has the namespace of ${other}`);
    }
    const { resources = [] } = (await stack.export()).deployment;
    assert.deepEqual(strays(resources), []);

    expectSuccess(await stack.run(["preview", "--refresh", "--expect-no-changes"]), "preview with both clusters up");
    expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  });

  /** @covers PK-2 */
  it("the example for two clouds comes up, one cluster for each, and AWS by the recording stand-in", async () => {
    const [eks, gke] = PLACES.map((place) => readFileSync(clusters[place].kubeconfig, "utf8"));
    const stack = await testStack({
      project: "examples/two-clouds",
      config: {
        ...{ "two-clouds:eks": eks, "two-clouds:gke": gke, "two-clouds:cluster": "serving" },
        ...{ "two-clouds:googleAccount": "reader@acme.iam.gserviceaccount.com", "two-clouds:bucket": "acme-models" },
        ...{ "aws:region": "us-gov-west-1", "pulumi:disable-default-providers": ["kubernetes", "aws"] },
      },
      env: { KUBECONFIG: join(dir, "no-kubeconfig") },
    });
    expectSuccess(await stack.run(["up", "--yes", "--skip-preview", "--policy-pack", POLICY_PACK]), "pulumi up");
    const uris: string[] = [];
    for (const place of PLACES) {
      const { items } = await objectApi(clusters[place]).list<KubernetesObject & { spec?: Service }>(
        "serving.kserve.io/v1beta1",
        "InferenceService",
      );
      uris.push(...items.map(({ metadata, spec }) => `${metadata.name} ${spec?.predictor.model.storageUri}`));
    }
    const expected = [
      /^granite-amazon s3:\/\/store-[0-9a-f]{7}\/granite$/,
      /^granite-google gs:\/\/acme-models\/granite$/,
    ];
    assert.equal(uris.length, expected.length);
    expected.forEach((pattern, index) => {
      assert.match(uris[index] ?? "", pattern);
    });
    expectSuccess(await stack.run(["preview", "--refresh", "--expect-no-changes"]), "preview with both clouds up");
    expectSuccess(await stack.run(["state", "unprotect", "--all", "--yes"]), "pulumi state unprotect");
    expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
  });
});

interface Service {
  predictor: { model: { storageUri?: string } };
}

/** Kubernetes resources that went through another provider than that of the stack they belong to. */
function strays(resources: readonly StoredResource[]): string[] {
  const ofKubernetes = resources.filter(({ type }) => type.startsWith("kubernetes:"));
  assert.ok(ofKubernetes.length >= 2 * 3, `only ${ofKubernetes.length} resources`);
  return ofKubernetes
    .filter(({ urn, provider = "" }) => {
      const place = PLACES.find((one) => urn.split("::").at(-1)?.startsWith(one));
      return place === undefined || !provider.includes(`pulumi:providers:kubernetes::${place}::`);
    })
    .map(({ urn }) => urn);
}
