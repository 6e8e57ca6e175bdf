/** What is around a server, on the real engine and API server. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { load } from "js-yaml";
import { PatchStrategy, type KubernetesObject, type KubernetesObjectApi } from "@kubernetes/client-node";
import { ingressManifest } from "../../components/exposure/ingressManifest";
import { routeManifest } from "../../components/exposure/routeManifest";
import { warmUpManifest } from "../../components/monitoring/warmUpManifest";
import { ingressRules, ingressSchema } from "../../sdk/spec/exposure/ingress";
import { routeRules, routeSchema } from "../../sdk/spec/exposure/route";
import { warmUpRules, warmUpSchema } from "../../sdk/spec/monitoring/warmUp";
import { parseSpec } from "../../sdk/spec/schema/validate";
import { readCrds } from "../../tools/cluster/kserve";
import { expectSuccess } from "../../tools/engine/stack";
import { moduleDir } from "../../tools/toolchain/toolchain";
import { exists, inNamespace, objectApi, testCluster, until } from "../cluster/harness";
import { promqlError } from "../sdk/monitoring/promqlGrammar";
import { testStack } from "./harness";

const NAMESPACE = "watched";

describe("around a server", function () {
  this.timeout(240_000);
  let api: KubernetesObjectApi;
  before(async () => {
    api = objectApi(await testCluster());
    await serveHttpRoutes(api);
  });

  /** @covers XA-14, XA-19, BP-9, MO-4, MO-11, MO-12, MO-14, MO-17, BP-20 */
  it("everything is accepted as it is written, stays as it is, and goes again", async () => {
    const stack = await testStack({ project: "tests/engine/watched" });
    expectSuccess(await stack.run(["up", "--yes", "--skip-preview"]), "pulumi up");
    const kept = await apiKey(api);
    await rulesAreReadable(api);
    const again = await stack.run(["up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes"]);
    expectSuccess(again, "second pulumi up");
    assert.equal(await apiKey(api), kept, "the random key is kept");
    assert.ok(kept.length > 40);
    expectSuccess(await stack.run(["destroy", "--yes", "--skip-preview"]), "pulumi destroy");
    const monitor = { apiVersion: "monitoring.coreos.com/v1", kind: "PodMonitor" };
    assert.ok(!(await exists(api, { ...monitor, metadata: { name: "granite", namespace: NAMESPACE } })));
  });

  /** @covers XA-4, XA-10, XA-11, XA-14, MO-9, OP-14 */
  it("what waits for a router, a load balancer or a server is accepted as well, and a certificate changes in place", () =>
    inNamespace(async (namespace) => {
      const route = { namespace, inferenceServiceName: "granite", termination: "reencrypt" };
      const ingress = { namespace, serviceName: "granite", port: 80, className: "nginx", hostnames: ["g.example.com"] };
      const warmUp = { namespace, url: "http://granite", modelName: "granite" };
      const secret = { tlsSecretName: "granite-tls" };
      const named = { name: "granite-external" };
      const routeWith = (certificateSecretName: string) =>
        routeManifest({
          ...parseSpec(routeSchema, routeRules(named.name), { ...route, certificateSecretName }, "route"),
          ...named,
        });
      const objects: object[] = [
        routeWith("granite-tls"),
        ingressManifest({ ...parseSpec(ingressSchema, ingressRules, { ...ingress, ...secret }, "ingress"), ...named }),
        warmUpManifest({ ...parseSpec(warmUpSchema, warmUpRules, warmUp, "warm-up"), ...named }),
      ];
      for (const object of objects) await apply(api, object);
      const before = await api.read<KubernetesObject>(routeWith("granite-tls"));
      const after = await apply(api, routeWith("granite-tls-2027"));
      assert.equal(after.metadata?.uid, before.metadata?.uid);
    }));
});

/** The random key, as the cluster has it. */
async function apiKey(api: KubernetesObjectApi): Promise<string> {
  const metadata = { name: "granite-api-key", namespace: NAMESPACE };
  const { data } = await api.read<KubernetesObject & { data: Record<string, string> }>({
    apiVersion: "v1",
    kind: "Secret",
    metadata,
  });
  return data.VLLM_API_KEY ?? "";
}

async function rulesAreReadable(api: KubernetesObjectApi): Promise<void> {
  const metadata = { name: "granite", namespace: NAMESPACE };
  type Rules = KubernetesObject & { spec: { groups: { rules: { alert: string; expr: string }[] }[] } };
  const rule = { apiVersion: "monitoring.coreos.com/v1", kind: "PrometheusRule", metadata };
  const { spec } = await api.read<Rules>(rule);
  const rules = spec.groups.flatMap((group) => group.rules);
  assert.equal(rules.length, 10);
  for (const { alert, expr } of rules) assert.equal(promqlError(expr), undefined, alert);
}

/** Gateway API's CRD, of which KServe's module holds a copy; another suite may have applied it. */
async function serveHttpRoutes(api: KubernetesObjectApi): Promise<void> {
  const file = join(await moduleDir("kserve-manager"), "test", "crds", "gatewayapi_httproute.yaml");
  for (const { text } of readCrds(file)) await apply(api, load(text) as object);
  await until(async () => {
    await api.list("gateway.networking.k8s.io/v1", "HTTPRoute", "default");
    return true;
  }, "HTTPRoutes are not served");
}

function apply(api: KubernetesObjectApi, object: object): Promise<KubernetesObject> {
  const { ServerSideApply } = PatchStrategy;
  return api.patch(object, undefined, undefined, "watched-test", true, ServerSideApply);
}
